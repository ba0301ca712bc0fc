import EventStore
import SharingModel

extension Admission {
    /// The site's own word is checked too: what is recorded as evidence holds together.
    func check(_ data: ForkDetected) throws {
        let evidence: ForkEvidence
        do throws(NoteError) {
            evidence = try ForkEvidence(json: data.evidence.json)
        } catch {
            throw Rejection.invalid("/data/evidence", error.code, error.description)
        }
        guard evidence.origin == data.peer else {
            throw Rejection.invalid("/data/peer", "other-log", "the checkpoints are not of the log that `peer` names")
        }
    }
}
