import ArgumentParser
import Encodings
import EventStore
import Foundation

/// Whose cosignatures a checkpoint must have.
struct PolicyOption: ParsableArguments {
    @Option(
        name: .customLong("policy"),
        help: ArgumentHelp("A tlog-policy file: logs, witnesses, and which of them make a quorum.", valueName: "FILE"))
    var path: String?

    /// - Throws: `Failure` for a file that cannot be read or is no policy.
    func policy() throws -> TlogPolicy? {
        guard let path else { return nil }
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw Failure.usage("cannot read the policy \(path)")
        }
        do throws(TlogPolicyError) {
            return try TlogPolicy(parsing: Array(bytes))
        } catch {
            throw Failure.usage("\(path): \(error)")
        }
    }
}

extension [TlogPolicy.Cosigned] {
    var json: JSON {
        .array(
            map {
                .object([
                    "witness": .string($0.witness.name), "key": .text($0.witness.key),
                    "time": .text(Instant(seconds: Int64(clamping: $0.time))),
                ])
            })
    }

    /// `cosigned by a, b`
    var words: String {
        isEmpty
            ? "by a policy that asks for no witness"
            : "cosigned by "
                + map { "\($0.witness.name) at \(Instant(seconds: Int64(clamping: $0.time)))" }
                .joined(separator: ", ")
    }
}
