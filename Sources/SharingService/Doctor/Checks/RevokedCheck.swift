import Encodings
import EventStore
import Projections
import SharingModel

/// Whether revoked keys left behind consents, signatures or enrolments that no longer permit anything, and decisions that rest on them.
struct RevokedCheck: DoctorCheck {
    let name = "revoked"

    func examine(_ site: ExaminedSite) throws -> [DoctorFinding] {
        let book = try site.openKeyBook()
        let findings = try site.openProjections().read { reader in
            try book.keys.sorted { $0.key < $1.key }.compactMap { kid, key -> DoctorFinding? in
                guard let since = key.distrustedSince else { return nil }
                let events = try reader.permitting(under: kid.description, from: since)
                guard events > 0 else { return nil }
                let decisions = try reader.decisions(restingOn: kid.description, from: since)
                return warning(
                    "a key of \(key.agency.text), revoked since \(since), signed \(events) events that no longer permit anything; "
                        + "\(decisions) decisions rest on them and stand",
                    do: "have its agency and the holders look at them: `sharectl log verify` lists the key as \(kid)")
            }
        }
        return findings.isEmpty ? [well("no revoked key has left anything behind that was permitted by it")] : findings
    }
}
