/// Whether the disk has room.
struct DiskCheck: DoctorCheck {
    let name = "disk"

    func examine(_ site: ExaminedSite) throws -> [DoctorFinding] {
        guard let bytes = site.freeBytes else {
            return [warning("the room on the disk cannot be told", do: "look at it with `df`")]
        }
        let free = "\(bytes >> 20) MiB are free"
        if bytes < ServiceLimits.freeDiskBytes {
            return [trouble("\(free): events are refused with `storage-full`", do: "make room; it goes on by itself")]
        }
        if bytes < ServiceLimits.doctorFreeDiskBytes {
            let least = "events are refused below \(ServiceLimits.freeDiskBytes >> 20) MiB"
            return [warning("\(free), and \(least)", do: "make room")]
        }
        return [well(free)]
    }
}
