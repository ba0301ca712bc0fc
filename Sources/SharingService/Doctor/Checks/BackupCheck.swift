import Encodings
import EventStore

/// How old the last backup is, as far as this folder knows.
struct BackupCheck: DoctorCheck {
    let name = "backup"

    func examine(_ site: ExaminedSite) throws -> [DoctorFinding] {
        guard let last = BackupNote(in: site.folder) else {
            return [
                warning(
                    "none that `sharectl backup` made is known here",
                    do: "make one; a copy by other means is not seen from here, see OPERATIONS.md, section 6")
            ]
        }
        let days = (site.now.seconds - last.time.seconds) / 86_400
        let what = "the last, verified after writing, was of \(last.size) entries, on \(last.time.day)"
        guard days < ServiceLimits.doctorBackupDays else {
            return [warning("\(what), \(days) days ago", do: "make one with `sharectl backup`")]
        }
        return [well(what)]
    }
}
