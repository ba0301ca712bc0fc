import Crypto
import Encodings

/// A body in the clear: salt(32), then the event as it was posted.
public struct OpenedBody: Sendable {
    /// 32 random bytes that the site chose for this event.
    public let salt: [UInt8]
    /// The JWS without disclosures: with the salt, what the entry commits to.
    public let jws: [UInt8]
    /// The disclosures, encoded, in the order in which they were posted.
    public let disclosures: [[UInt8]]

    package static let saltBytes = 32

    /// The event of one of many bodies, parsed but not verified.
    /// - Parameters:
    ///   - headers: those that were read before.
    ///   - disclosures: `some` for what another site shipped.
    /// - Throws: `EventParseError`, which for a body that the site wrote means damage.
    package func event(
        _ headers: inout SeenHeaders, disclosures: UnverifiedEvent.Disclosures = .all
    ) throws(EventParseError) -> UnverifiedEvent {
        try UnverifiedEvent(parsing: compact, disclosures: disclosures, headers: &headers)
    }

    /// `JWS` or `JWS~disclosure~…~`.
    public var compact: [UInt8] {
        guard !disclosures.isEmpty else { return jws }
        return jws + [UInt8(ascii: "~")] + disclosures.flatMap { $0 + [UInt8(ascii: "~")] }
    }

    /// The event, parsed but not verified.
    /// - Parameter disclosures: `some` for what another site shipped, which has those that were released.
    /// - Throws: `EventParseError`, which for a body that the site wrote means damage.
    public func event(
        _ disclosures: UnverifiedEvent.Disclosures = .all
    ) throws(EventParseError) -> UnverifiedEvent { try UnverifiedEvent(parsing: compact, disclosures: disclosures) }

    /// base64url of SHA-256(salt || JWS).
    public var commitment: String { Self.commitment(salt: salt, jws: jws) }

    /// The same, for a body that came another way.
    public static func commitment(salt: [UInt8], jws: [UInt8]) -> String {
        Base64.url.encode(hash(salt: salt, jws: jws).bytes)
    }

    /// Whether this is what an entry commits to.
    package func fits(_ commitment: String) -> Bool {
        MerkleHash(base64url: commitment) == Self.hash(salt: salt, jws: jws)
    }

    private static func hash(salt: [UInt8], jws: [UInt8]) -> MerkleHash {
        var hasher = SHA256()
        salt.withUnsafeBytes { hasher.update(bufferPointer: $0) }
        jws.withUnsafeBytes { hasher.update(bufferPointer: $0) }
        return MerkleHash(digest: hasher.finalize())
    }

    /// The body with some of its disclosures only: what leaves for a reader who may not have all.
    package func keeping(_ disclosures: some Sequence<Disclosure>) -> OpenedBody {
        OpenedBody(salt: salt, jws: jws, disclosures: disclosures.map(\.encoded))
    }

    private init(salt: [UInt8], jws: [UInt8], disclosures: [[UInt8]]) {
        self.salt = salt
        self.jws = jws
        self.disclosures = disclosures
    }

    /// As it is sealed: salt, then the event.
    package var plain: [UInt8] { salt + compact }

    /// Whether it is written as such bytes, which it was read from.
    package func isWritten(as plain: [UInt8]) -> Bool {
        // Without disclosures there is nothing in it but the two that it was cut into.
        disclosures.isEmpty ? plain.count == salt.count + jws.count : self.plain == plain
    }

    static func plain(salt: [UInt8], event: VerifiedEvent) -> [UInt8] {
        let compact = event.compact
        var plain: [UInt8] = []
        plain.reserveCapacity(salt.count + compact.count)
        plain.append(contentsOf: salt)
        plain.append(contentsOf: compact)
        return plain
    }

    /// Nil unless there is a salt and something after it.
    package init?(plain: [UInt8]) {
        guard plain.count > Self.saltBytes else { return nil }
        salt = Array(plain[..<Self.saltBytes])
        guard plain.place(of: UInt8(ascii: "~"), from: Self.saltBytes) != nil else {
            (jws, disclosures) = (Array(plain[Self.saltBytes...]), [])
            return
        }
        let parts = plain[Self.saltBytes...].split(separator: UInt8(ascii: "~"), omittingEmptySubsequences: false)
        guard let first = parts.first, parts.count == 1 || parts.last?.isEmpty == true else { return nil }
        jws = Array(first)
        disclosures = parts.dropFirst().dropLast().map { Array($0) }
    }
}

/// What a log can show of an event.
public enum StoredBody: Sendable {
    case present(OpenedBody)
    /// The key of the person is not there: destroyed by an erasure, which stands in the log, or lost. Or this log was
    /// opened without the vault.
    case unavailable

    public var opened: OpenedBody? { if case .present(let body) = self { body } else { nil } }
}

/// An entry at its position, with its body.
public struct StoredEvent: Sendable {
    public let index: Int64
    public let entry: Entry
    public let body: StoredBody
}

/// An entry at its position.
public struct StoredEntry: Sendable {
    public let index: Int64
    public let entry: Entry
}
