import ArgumentParser
import Encodings
import SharingClient

/// Which part of a register to list.
struct PageOptions: ParsableArguments {
    @Option(help: "Begin at this index of the log.")
    var from: Int64?
    @Option(help: "At most this many rows, up to 1000.")
    var limit: Int?

    var fromText: String? { from.map(String.init) }
    var limitText: String? { limit.map(String.init) }

    /// Says how to go on, where there is more.
    func tellNext(_ answer: JSON) {
        guard let next = answer["next"]?.integer else { return }
        StandardError.line("there is more: --from \(next)")
    }
}
