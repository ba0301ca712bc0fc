import Encodings
import EventStore
import SharingService

/// Whether a site's log is trusted under a policy: its newest cosigned checkpoint, and what contradicts it.
struct WitnessedTrust {
    private let result: Result<(checkpoint: Checkpoint, cosigned: [TlogPolicy.Cosigned]), Failure>
    /// How much the log has beyond that checkpoint.
    private var newer: Int64 = 0
    /// Cosigned checkpoints that are not of the log as it is.
    private var contradictions: [ForkEvidence] = []

    init(of folder: LogFolder, under policy: TlogPolicy) {
        do {
            let log = try folder.log()
            let signed = try folder.checkpoint(of: log, trustedUnder: policy)
            let cosigned = try Failure.no { try policy.check(signed, log: folder.keys.current) }
            let known = try Failure.no {
                try CosignatureBook(readingAt: folder.folder.cosignatures)?.checkpoints() ?? []
            }
            contradictions = try Failure.no { try (known + [signed]).compactMap { try log.contradiction(with: $0) } }
            newer = log.head.size - signed.checkpoint.size
            result = .success((signed.checkpoint, cosigned))
        } catch {
            result = .failure(error as? Failure ?? Failure(.no, "\(error)"))
        }
    }

    var isTrusted: Bool { (try? result.get()) != nil && contradictions.isEmpty }

    var json: JSON {
        let found = try? result.get()
        return .object([
            "holds": .bool(isTrusted), "size": found.map { .integer($0.checkpoint.size) },
            "cosigned": found?.cosigned.json, "newer": found.map { _ in .integer(newer) },
            "contradictions": contradictions.isEmpty ? nil : .array(contradictions.map(\.json)),
        ])
    }

    var lines: [String] {
        var lines: [String] = []
        switch result {
        case .success(let found):
            lines.append(
                "trusted      up to size \(found.checkpoint.size), \(found.cosigned.words)"
                    + (newer > 0 ? "; \(newer) entries are newer" : ""))
        case .failure(let failure): lines.append(Colour.red.apply("not trusted") + "  \(failure.description)")
        }
        for contradiction in contradictions.prefix(10) {
            lines.append(
                Colour.red.apply("wrong") + "  the log was cosigned at size \(contradiction.newer.checkpoint.size) or "
                    + "\(contradiction.older.checkpoint.size) with another history (\(contradiction.kind.rawValue))")
        }
        return lines
    }
}
