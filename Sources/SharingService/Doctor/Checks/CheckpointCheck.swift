import EventStore

/// Whether the newest checkpoint is signed by the key that the log is verified with.
struct CheckpointCheck: DoctorCheck {
    let name = "checkpoint"

    func examine(_ site: ExaminedSite) throws -> [DoctorFinding] {
        guard case .success(let storage) = site.storage, let newest = try storage.newestCheckpoint() else {
            throw NotExamined(reason: "the log does not open, or has none", remedy: "see `log`")
        }
        guard case .success(let keys) = site.verifierKeys else {
            throw NotExamined(reason: "there is no key to verify it with", remedy: "see `keys`, or give `--vkey`")
        }
        do throws(NoteError) {
            try SignedCheckpoint(parsing: newest.note).verified(by: keys)
        } catch {
            return [
                trouble(
                    "the newest checkpoint, of size \(newest.size), does not verify: \(error)",
                    do: "run `sharectl log verify`, and compare with what witnesses and partners keep")
            ]
        }
        let pin = site.isPinned ? "from the key that was given" : "from the key in the log's first event"
        return [well("the newest, of size \(newest.size), verifies \(pin)")]
    }
}
