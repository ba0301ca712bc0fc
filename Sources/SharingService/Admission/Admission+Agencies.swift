import Encodings
import EventStore
import Projections
import SharingModel

extension Admission {
    func check(_ data: AgencyRegistered) throws {
        guard try reader.agency(data.agency) == nil else {
            throw Rejection(
                .conflict, "agency-registered",
                "the agency is registered already; enrol further keys with `key.enrolled`")
        }
        for (position, key) in data.keys.enumerated() {
            try check(key.jwk, key.roles, for: data.agency, at: "/data/keys/\(position)")
        }
        guard Set(try data.keys.map { try PublicKey(jwk: $0.jwk) }).count == data.keys.count else {
            throw Rejection.invalid("/data/keys", "key-repeated", "the same key stands here twice")
        }
    }

    func check(_ data: AgencyEnded) throws {
        guard let row = try reader.agency(data.agency) else {
            throw Rejection.invalid("/data/agency", "unknown-agency", "no such agency is registered here")
        }
        guard row.ended == nil else { throw Rejection(.conflict, "agency-ended", "the agency has ended already") }
    }

    func check(_ data: KeyEnrolled) throws {
        if data.agency != site { try checkEnrolled(data.agency, at: "/data/agency", mayHaveEnded: false) }
        try check(data.jwk, data.roles, for: data.agency, at: "/data")
    }

    func check(_ data: KeyRevoked) throws {
        guard let key = Thumbprint(data.kid).flatMap({ keys[$0] }) else { throw unknown("kid") }
        guard data.since <= now else {
            throw Rejection.invalid(
                "/data/since", "since-ahead", "`since` is when trust ended, which is not in the future")
        }
        // A loss found out later to have begun earlier moves the moment back; nothing moves it forward.
        if key.end?.reason == .revoked, let since = key.distrustedSince, since <= data.since {
            throw Rejection(.conflict, "key-revoked", "the key is revoked already, since then or earlier")
        }
        if key.agency == site, key.roles.contains(.site) {
            throw Rejection(
                .conflict, "site-key", "the site's own signing key cannot be revoked: nothing could be decided any more"
            )
        }
        let operators = keys.keys.values.filter { $0.isValid && $0.roles.contains(.operator) }
        if operators.count == 1, operators.first?.publicKey == key.publicKey {
            throw Rejection(
                .conflict, "last-operator-key",
                "this is the last key of an operator; enrol another one before it is revoked")
        }
    }

    private func check(_ jwk: JSON, _ roles: [KeyRole], for agency: AgencyID, at pointer: String) throws {
        let key: PublicKey
        do throws(KeyError) {
            key = try PublicKey(jwk: jwk)
        } catch {
            throw Rejection.invalid(pointer + "/jwk", error.code, error.description)
        }
        guard keys[key.thumbprint] == nil else {
            throw Rejection(.conflict, "key-enrolled-before", "a key is enrolled once, ever; make a new one")
        }
        let siteRoles = Set(roles).intersection([.operator, .site])
        guard siteRoles.isEmpty || agency == site else {
            throw Rejection.invalid(
                pointer + "/roles", "role-not-for-agency",
                "the roles `operator` and `site` are for keys of `\(site)` only")
        }
        guard agency != site || Set(roles).isSubset(of: [.operator, .auditor]) else {
            throw Rejection.invalid(
                pointer + "/roles", "role-not-for-site",
                "a further key of the site can be an operator's or an auditor's")
        }
    }
}
