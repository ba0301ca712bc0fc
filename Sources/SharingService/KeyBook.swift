package import Encodings
package import EventStore
package import Projections
package import SharingModel

/// A key as the log knows it.
package struct EnrolledKey: Sendable {
    /// Why a key no longer serves, from a position on.
    package enum End: Sendable, Hashable {
        case revoked
        /// The key that enrolled it was revoked, not to be trusted since a moment before the enrolment.
        case enrolledUnderRevokedKey
        case agencyEnded
    }

    package let publicKey: PublicKey
    package let agency: AgencyID
    package let roles: Set<KeyRole>
    /// Position of the event that enrolled it.
    package let enrolled: Int64
    package let enrolledBy: Thumbprint
    package let enrolledAt: Instant
    package fileprivate(set) var end: (index: Int64, reason: End)?
    /// For a revoked key: what was recorded under it from then on no longer permits anything.
    package fileprivate(set) var distrustedSince: Instant?

    package var isValid: Bool { end == nil }
}

/// Every key that was ever enrolled, as of one position of the log (DESIGN section 5). A value: the registrar moves its own along
/// with each event and hands out copies after each commit.
package struct KeyBook: Sendable {
    package private(set) var keys: [Thumbprint: EnrolledKey] = [:]
    /// What peers' logs say of the keys in them, by those logs' verifier keys. Nobody signs in here with one; what arrived under one that is not trusted any more
    /// no longer permits.
    private(set) var abroad: [String: KeyBook] = [:]

    package init() {}

    /// The book as the projections have it: the same steps in the same order as `apply` takes them.
    /// - Throws: `KeyError` if a stored key cannot be read.
    package init(_ reader: ProjectionReader) throws {
        try self.init(keys: reader.keys(), revocations: reader.keyRevocations(), agencies: reader.agencies())
        try readAbroad(reader)
    }

    /// Reads anew what peers' logs say of keys: whenever one says something, or an agency is registered here.
    mutating func readAbroad(_ reader: ProjectionReader) throws {
        let revocations = Dictionary(grouping: try reader.peerKeyRevocations(), by: \.vkey)
        abroad = try Dictionary(grouping: reader.peerKeys(), by: \.vkey).mapValues { keys in
            try KeyBook(
                keys: keys.map(\.key), revocations: revocations[keys[0].vkey]?.map(\.revocation) ?? [], agencies: [])
        }
    }

    private init(keys: [KeyRow], revocations: [KeyRevocationRow], agencies: [AgencyRow]) throws {
        var steps: [(index: Int64, take: (inout KeyBook) -> Void)] = []
        for row in keys {
            guard let enrolledBy = Thumbprint(row.enrolledBy) else {
                throw ProjectionError.damaged(table: "agency_key")
            }
            let key = try PublicKey(jwk: row.jwk)
            steps.append(
                (
                    row.enrolled,
                    {
                        $0.enrol(
                            key, for: row.agency, roles: row.roles, at: row.enrolled, by: enrolledBy,
                            recorded: row.enrolledAt)
                    }
                ))
        }
        for row in revocations {
            guard let kid = Thumbprint(row.kid) else { throw ProjectionError.damaged(table: "key_revocation") }
            steps.append((row.index, { $0.revoke(kid, since: row.since, at: row.index) }))
        }
        for agency in agencies {
            guard let ended = agency.ended else { continue }
            steps.append((ended, { $0.end(agency.agency, at: ended) }))
        }
        for step in steps.sorted(by: { $0.index < $1.index }) { step.take(&self) }
    }

    package subscript(kid: Thumbprint) -> EnrolledKey? { keys[kid] }

    /// Follows one event.
    /// - Returns: whether it changed anything.
    /// - Throws: `KeyError` if an announced key cannot be read, which admission has ruled out.
    package mutating func apply(_ event: RecordedEvent) throws -> Bool {
        switch event.event.data {
        case .siteFounded, .agencyRegistered, .keyEnrolled, .keyRevoked, .agencyEnded: break
        default: return false
        }
        guard let author = Thumbprint(event.kid) else { return false }
        func enrol(_ jwk: JSON, _ roles: [KeyRole], for agency: AgencyID) throws {
            self.enrol(
                try PublicKey(jwk: jwk), for: agency, roles: roles, at: event.index, by: author,
                recorded: event.recorded)
        }
        switch event.event.data {
        case .siteFounded(let data): for key in data.keys { try enrol(key.jwk, key.roles, for: event.author) }
        case .agencyRegistered(let data): for key in data.keys { try enrol(key.jwk, key.roles, for: data.agency) }
        case .keyEnrolled(let data): try enrol(data.jwk, data.roles, for: data.agency)
        case .keyRevoked(let data):
            guard let kid = Thumbprint(data.kid) else { return false }
            revoke(kid, since: data.since, at: event.index)
        case .agencyEnded(let data): end(data.agency, at: event.index)
        default: return false
        }
        return true
    }

    /// Whether what was recorded under a key still permits anything: consents, signatures and enrolments do not, from the moment since
    /// when the key is not to be trusted.
    package func permits(_ kid: String, recorded: Instant) -> Bool {
        guard let kid = Thumbprint(kid) else { return false }
        // One that is enrolled in several logs is distrusted as soon as one of them says so.
        let known = ([self] + abroad.values).compactMap { $0.keys[kid] }
        return !known.isEmpty && known.allSatisfy { key in key.distrustedSince.map { recorded < $0 } ?? true }
    }

    /// What a key was worth at a position.
    package func standing(of kid: Thumbprint, author: String, at index: Int64) -> KeyStanding {
        guard let key = keys[kid] else { return .unknown }
        // The founding event carries its own key; every other needs one enrolled before it.
        guard key.enrolled < index || (key.enrolled == 0 && index == 0) else { return .unknown }
        guard key.agency.text == author else { return .otherAuthor }
        if let end = key.end, end.index < index { return .revoked }
        return .valid(key.publicKey)
    }

    private mutating func enrol(
        _ key: PublicKey, for agency: AgencyID, roles: [KeyRole], at index: Int64, by enroller: Thumbprint,
        recorded: Instant
    ) {
        // A thumbprint is enrolled once, ever; admission refuses a second time.
        guard keys[key.thumbprint] == nil else { return }
        keys[key.thumbprint] = EnrolledKey(
            publicKey: key, agency: agency, roles: Set(roles), enrolled: index, enrolledBy: enroller,
            enrolledAt: recorded)
    }

    private mutating func revoke(_ kid: Thumbprint, since: Instant, at index: Int64) {
        guard keys[kid] != nil else { return }
        distrust(kid, since: since, at: index, reason: .revoked)
    }

    /// Ends a key and, with it, every key that it enrolled at or after `since`, and so on.
    private mutating func distrust(_ kid: Thumbprint, since: Instant, at index: Int64, reason: EnrolledKey.End) {
        let enrolled = Dictionary(grouping: keys.filter { $0.key != $0.value.enrolledBy }, by: \.value.enrolledBy)
        var next = [(kid: kid, since: since, reason: reason)]
        while let (kid, since, reason) = next.popLast() {
            if keys[kid]?.end == nil { keys[kid]?.end = (index, reason) }
            let before = keys[kid]?.distrustedSince ?? since
            keys[kid]?.distrustedSince = min(since, before)
            for (other, key) in enrolled[kid] ?? [] where key.enrolledAt >= since {
                guard keys[other]?.distrustedSince.map({ $0 > key.enrolledAt }) ?? true else { continue }
                next.append((other, key.enrolledAt, .enrolledUnderRevokedKey))
            }
        }
    }

    private mutating func end(_ agency: AgencyID, at index: Int64) {
        for (kid, key) in keys where key.agency == agency && key.end == nil { keys[kid]?.end = (index, .agencyEnded) }
    }
}
