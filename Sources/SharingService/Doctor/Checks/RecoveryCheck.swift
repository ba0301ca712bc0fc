import EventStore
import Foundation

/// Whether a restore, a backup or a repair was left half done.
struct RecoveryCheck: DoctorCheck {
    let name = "recovery"

    func examine(_ site: ExaminedSite) throws -> [DoctorFinding] {
        var findings: [DoctorFinding] = []
        if site.folder.hasUnfinishedRestore {
            findings.append(
                trouble(
                    "a restore into this folder did not finish, or found something wrong",
                    do: "do not serve it: restore into a new folder from another backup"))
        }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: site.folder.path)) ?? []
        for name in names.sorted() where name.hasSuffix(".part") || name.hasSuffix(".new") {
            findings.append(
                warning(
                    "\(name) was left by a backup or a repair that did not finish, or is being made now",
                    do: "if none runs, delete it"))
        }
        return findings.isEmpty ? [well("nothing was left half done")] : findings
    }
}
