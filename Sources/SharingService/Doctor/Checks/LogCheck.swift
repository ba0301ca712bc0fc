import EventStore

/// Whether the log opens: its newest entries and tiles give the root that was signed.
struct LogCheck: DoctorCheck {
    let name = "log"

    func examine(_ site: ExaminedSite) throws -> [DoctorFinding] {
        switch site.log {
        case .success(let log):
            let count = try log.storage.entryCount()
            let newest = try log.refresh().size
            // A daemon at work may have appended between the reads, and none of them was before the first.
            guard count <= newest else {
                return [
                    trouble(
                        "\(count) entries are stored, and the newest checkpoint covers \(newest)",
                        do: "stop whatever else writes to this log, and run `sharectl log verify`")
                ]
            }
            return [well("\(newest) entries, which give the root that was signed")]
        case .failure(let error):
            return [
                trouble("\(error)", do: "run `sharectl log verify` for what is damaged and what is still proved")
            ]
        }
    }
}
