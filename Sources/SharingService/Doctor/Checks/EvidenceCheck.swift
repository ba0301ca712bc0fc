import EventStore
import Foundation

/// Whether this site, as a witness, has caught another log showing two histories.
struct EvidenceCheck: DoctorCheck {
    let name = "evidence"

    func examine(_ site: ExaminedSite) throws -> [DoctorFinding] {
        guard FileManager.default.fileExists(atPath: site.folder.witness) else {
            return [well("this site has witnessed no other log")]
        }
        let counts = try Witness.evidenceCounts(readingAt: site.folder.witness)
        guard !counts.isEmpty else { return [well("no log that this site witnesses has shown two histories")] }
        return counts.map { origin, count in
            trouble(
                "\(origin) has shown two histories, \(count == 1 ? "once" : "\(count) times"): both checkpoints, signed by it, are kept",
                do:
                    "tell its operator and its partners, and do not rely on it; the table `evidence` of witness.sqlite has the proof"
            )
        }
    }
}
