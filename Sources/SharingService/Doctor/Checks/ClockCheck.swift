import Encodings
import EventStore

/// Whether the machine's clock is behind what the log has recorded.
struct ClockCheck: DoctorCheck {
    let name = "clock"

    func examine(_ site: ExaminedSite) throws -> [DoctorFinding] {
        let log = try site.openLog()
        let last = try log.entry(at: log.head.size - 1).recorded
        let behind = last.seconds - site.now.seconds
        guard behind > ServiceLimits.doctorClockSeconds else { return [well("not behind the newest entry")] }
        return [
            trouble(
                "the machine's clock is \(behind) s behind the newest entry: one of the two is wrong",
                do: "set the clock by NTP; what is recorded meanwhile gets the time of the newest entry")
        ]
    }
}
