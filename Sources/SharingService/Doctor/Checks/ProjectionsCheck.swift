import EventStore
import Foundation
import Projections

/// Whether the projections show this log, and all of it.
struct ProjectionsCheck: DoctorCheck {
    let name = "projections"

    /// How often to look whether a daemon at work commits what is missing, and the wait between, in microseconds.
    private static let looks = 5
    private static let waitMicroseconds: UInt32 = 100_000

    func examine(_ site: ExaminedSite) throws -> [DoctorFinding] {
        let projections: ProjectionStore
        switch site.projections {
        case .success(let opened): projections = opened
        case .failure(StorageError.notThere):
            return [
                warning(
                    "there are none",
                    do: "start the daemon, and it draws them from the log; after a restore see `recovery` first")
            ]
        case .failure(let error):
            return [
                trouble(
                    "\(error)",
                    do: "stop the daemon, delete projections.sqlite and start it: they are drawn again from the log")
            ]
        }
        let log = try site.openLog()
        // The log is read before and behind, because a daemon at work commits projections after the log.
        let before = log.head.size
        var position = try projections.read { try $0.position() }
        // Many batches at once, where they follow each other closely.
        for _ in 0..<Self.looks where position.size < before {
            usleep(Self.waitMicroseconds)
            position = try projections.read { try $0.position() }
        }
        let size = try log.refresh().size
        guard position.size <= size, try log.root(at: position.size).bytes == position.root else {
            return [
                trouble(
                    "they show another log than this one",
                    do:
                        "restart the daemon, which draws them again; what it decided meanwhile shows with `disclose explain`"
                )
            ]
        }
        guard position.size >= before else {
            return [
                warning(
                    "they are \(before - position.size) entries behind the log",
                    do: "start the daemon, which applies them; if one runs and this does not pass, see its log")
            ]
        }
        return [well("show the first \(position.size) entries of this log")]
    }
}
