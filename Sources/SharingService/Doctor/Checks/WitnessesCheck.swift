import Encodings
import EventStore

/// Whether the site's own witnesses have cosigned what it has, and none has seen more or something else.
struct WitnessesCheck: DoctorCheck {
    let name = "witnesses"

    func examine(_ site: ExaminedSite) throws -> [DoctorFinding] {
        let log = try site.openLog()
        let origin = log.verifierKey.name
        let book = try CosignatureBook(readingAt: site.folder.cosignatures)
        let givenUp = try book?.givenUp() ?? []
        // The log is read behind the evidence, because a daemon at work moves it on.
        let evidence = try Witness.evidence(at: site.folder.witness).filter { $0.origin == origin }
        let size = try log.refresh().size
        var findings: [DoctorFinding] = []
        let seen = evidence.filter { $0.kind == .rolledBack }.map(\.newer.checkpoint.size).filter { lost in
            lost > size && !givenUp.contains { $0.from < lost && lost <= $0.to }
        }
        if let most = seen.max() {
            findings.append(
                trouble(
                    "the log is of size \(size), and it signed size \(most) before: events are refused",
                    do:
                        "restore a newer backup; if there is none, see `sharectl log give-up --help` (OPERATIONS.md, section 8)"
                ))
        }
        let forks = evidence.count { $0.kind == .fork }
        if forks > 0 {
            findings.append(
                trouble(
                    "this log has shown two histories, \(forks) times; both checkpoints are kept",
                    do: "tell every agency and witness; `sharing.fork.detected.v1` in the log has the proof"))
        }
        for decision in givenUp {
            findings.append(
                warning(
                    "entries \(decision.from) to \(decision.to) were given up on \(decision.time.day)",
                    do: "ask the operators of witnesses that still refuse this log to look at the evidence in it"))
        }
        for (witness, newest) in (try book?.newest() ?? [:]).sorted(by: { $0.key < $1.key }) {
            let name = String(witness.prefix { $0 != "+" })
            let hours = (site.now.seconds - newest.time) / 3600
            guard newest.size < size, hours >= ServiceLimits.doctorWitnessHours else { continue }
            findings.append(
                warning(
                    "\(name) cosigned last at size \(newest.size) of \(size), \(hours) hours ago",
                    do: "look for `a witness did not cosign` in the daemon's log, and ask its operator"))
        }
        guard findings.isEmpty else { return findings }
        guard let newest = try book?.checkpoints().first else {
            return [well("nobody has cosigned this log here; ask witnesses with `witnesses:` in the configuration")]
        }
        return [well("cosigned up to size \(newest.checkpoint.size) of \(size), and none has seen more")]
    }
}
