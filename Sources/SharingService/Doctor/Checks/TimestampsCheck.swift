import Encodings
import EventStore

/// Whether the log is stamped by an outside authority as it should be.
struct TimestampsCheck: DoctorCheck {
    let name = "timestamps"

    func examine(_ site: ExaminedSite) throws -> [DoctorFinding] {
        guard let store = try TimestampStore.readOnly(path: site.folder.timestamps) else {
            return [well("none, and none asked for")]
        }
        let standing = try TimestampStanding(
            try store.newest(limit: 1).first, policy: try store.policy(), log: try site.openLog())
        let newest = standing.stampedSize.map { "the newest is over size \($0)" } ?? "there is none yet"
        guard let policy = standing.policy else {
            return [well("\(newest); the daemon is told to have no more made")]
        }
        guard standing.isOverdue(at: site.now) else { return [well(newest)] }
        let what = "overdue: \(newest), and the log has grown since \(standing.unstampedSince?.description ?? "then")"
        let remedy = "see the daemon's log for the code of the failure, and whether the authority can be reached"
        return [policy.isRequired ? trouble(what, do: remedy) : warning(what, do: remedy)]
    }
}
