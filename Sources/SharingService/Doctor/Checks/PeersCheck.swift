import Encodings
import EventStore
import Foundation
import Projections
import Shipping

/// Whether what the log says is known of peers is here, nothing stops one, and all were heard of lately.
struct PeersCheck: DoctorCheck {
    let name = "peers"

    func examine(_ site: ExaminedSite) throws -> [DoctorFinding] {
        let (rows, known) = try site.openProjections().read { reader in
            let rows = try reader.peers()
            return (rows, try rows.map { try reader.sync(of: $0)?.size ?? 0 })
        }
        let findings = try zip(rows, known).flatMap { try examine($0, known: $1, site) }
        guard findings.isEmpty else { return findings }
        let count = rows.count { $0.removed == nil }
        switch count {
        case 0: return [well("no site is a peer")]
        case 1: return [well("one peer, heard of lately, and nothing stops it")]
        default: return [well("\(count) peers, all heard of lately, and nothing stops them")]
        }
    }

    private func examine(_ row: PeerRow, known: Int64, _ site: ExaminedSite) throws -> [DoctorFinding] {
        let path = site.folder.replica(of: try VerifierKey(parsing: row.vkey))
        guard let glance = try PeerReplica.glance(at: path) else {
            guard known > 0 else { return row.removed == nil ? [unheard(row)] : [] }
            return [missing(row, known, "its replica is not there")]
        }
        var findings: [DoctorFinding] = []
        if glance.size < known { findings.append(missing(row, known, "its replica has \(glance.size)")) }
        guard row.removed == nil else { return findings }
        if let stop = glance.stop {
            findings.append(
                trouble(
                    "\(row.origin): nothing more is taken, for `\(stop.kind.rawValue)` since \(stop.found.day)",
                    do: "look into it with its operator, then `sharectl peer resume`; OPERATIONS.md, section 8"))
        }
        guard let asOf = glance.asOf else { return findings + [unheard(row)] }
        let hours = (site.now.seconds - asOf.seconds) / 3600
        let hasLine = row.url.hasPrefix("http")
        if hours >= (hasLine ? ServiceLimits.doctorPeerHours : ServiceLimits.doctorPeerFileHours) {
            findings.append(
                warning(
                    "\(row.origin): what is known of it is \(hours) hours old",
                    do: hasLine
                        ? "look for `a peer gave nothing` in the daemon's log, and ask its operator"
                        : "have its operator write a file (`sharectl peer export`)"))
        }
        return findings
    }

    private func unheard(_ row: PeerRow) -> DoctorFinding {
        warning(
            "\(row.origin): nothing of its log has come yet",
            do: row.url.hasPrefix("http")
                ? "look for `a peer gave nothing` in the daemon's log; the other site has to add this one too"
                : "have its operator add this site and write a file (`sharectl peer export`), and take it in (`sharectl peer import`)"
        )
    }

    private func missing(_ row: PeerRow, _ known: Int64, _ what: String) -> DoctorFinding {
        trouble(
            "\(row.origin): the log says that \(known) entries of it were known, and \(what)",
            do: "restore `replicas/` from the backup of the log, or start the daemon and let it fetch them again")
    }
}
