package import Encodings
package import EventStore

/// What an origin says is addressed to a receiver: "up to this size, so many entries, with this digest, as of this time" (LOGFORMAT,
/// section 11).
package struct AudienceStatement: Sendable, Hashable {
    package let origin: String
    package let receiver: String
    /// The agencies that the origin takes the receiver to host, sorted by their bytes.
    package let agencies: [String]
    package let size: Int64
    package let root: MerkleHash
    /// How many entries below `size` are for the receiver.
    package let count: Int64
    /// base64url, see `AddressedEntries`.
    package let digest: String
    /// The origin's clock when it signed. How old the receiver's knowledge is counts from here, never from when it fetched.
    package let asOf: Instant
    /// The digest of the statement before; nil in the first.
    package let previous: String?

    package init(
        origin: String, receiver: String, agencies: [String], size: Int64, root: MerkleHash, count: Int64,
        digest: String, asOf: Instant, previous: String?
    ) {
        self.origin = origin
        self.receiver = receiver
        self.agencies = agencies
        self.size = size
        self.root = root
        self.count = count
        self.digest = digest
        self.asOf = asOf
        self.previous = previous
    }

    /// How old what it vouches for is, in seconds; 0 where the clocks disagree the other way.
    package func ageSeconds(at now: Instant) -> Int64 { max(0, (now.milliseconds - asOf.milliseconds) / 1000) }

    /// Tells a statement from an event and from a token: none is ever taken for another.
    static let type = "sharing-audience-statement"

    var json: JSON {
        .object([
            "origin": .string(origin), "receiver": .string(receiver), "agencies": .strings(agencies),
            "size": .integer(size), "root": .string(root.base64), "count": .integer(count), "digest": .string(digest),
            "asOf": .text(asOf), "previous": previous.map { .string($0) },
        ])
    }

    /// Nil unless it is an object of exactly these members, each in its form.
    init?(json: JSON) {
        guard let members = json.object, let origin = members["origin"]?.string,
            let receiver = members["receiver"]?.string, let agencies = members["agencies"]?.array,
            agencies.count <= ShippingLimits.agencies, let size = members["size"]?.integer, size >= 0,
            let root = members["root"]?.string.flatMap({ MerkleHash(base64: $0) }),
            let count = members["count"]?.integer, (0...size).contains(count), let digest = members["digest"]?.string,
            let asOf = members["asOf"]?.string.flatMap({ Instant($0) })
        else { return nil }
        self.init(
            origin: origin, receiver: receiver, agencies: agencies.compactMap(\.string), size: size, root: root,
            count: count, digest: digest, asOf: asOf, previous: members["previous"]?.string)
        // Compared as bytes with what this would write: no further member, no other order or spelling.
        guard self.json.bytes == json.bytes, Self.isDigest(digest), previous.map(Self.isDigest) ?? true,
            zip(self.agencies, self.agencies.dropFirst()).allSatisfy({
                $0.utf8.lexicographicallyPrecedes($1.utf8)
            })
        else { return nil }
    }

    private static func isDigest(_ text: String) -> Bool { Base64.url.decode(text)?.count == 32 }

    /// Signs it.
    /// - Parameter key: the origin's site key.
    /// - Returns: a JWS in compact serialization.
    /// - Throws: what the crypto library throws when it cannot sign.
    package func signed(by key: SigningKey) throws -> [UInt8] {
        try CompactJWS.sign(json.bytes, type: Self.type, key: key)
    }
}

/// A statement as it came: it has the form of one, its signature is not verified yet.
package struct UnverifiedAudienceStatement: Sendable {
    private let jws: CompactJWS
    private let statement: AudienceStatement

    /// As it came.
    var jwsBytes: [UInt8] { jws.bytes }

    package init(parsing bytes: [UInt8]) throws(StatementError) {
        guard bytes.count <= ShippingLimits.statementBytes else { throw .malformed }
        do throws(EventParseError) {
            jws = try CompactJWS(parsing: bytes)
        } catch {
            throw .malformed
        }
        guard jws.header.type == AudienceStatement.type else { throw .otherType }
        guard let statement = AudienceStatement(json: jws.payload) else { throw .malformed }
        self.statement = statement
    }

    /// The statement, if the origin's site key signed it and it is of this log for this receiver.
    package func verified(
        by key: PublicKey, origin: String, receiver: String
    ) throws(StatementError) -> VerifiedAudienceStatement {
        do throws(SignatureError) {
            try jws.check(by: key)
        } catch {
            throw .badSignature
        }
        guard statement.origin == origin else { throw .otherOrigin }
        guard statement.receiver == receiver else { throw .otherReceiver }
        return VerifiedAudienceStatement(statement: statement, jws: jws.bytes)
    }
}

/// A statement that the origin signed, for this receiver.
package struct VerifiedAudienceStatement: Sendable, Hashable {
    package let statement: AudienceStatement
    /// As it was signed: what anybody can be shown.
    package let jws: [UInt8]

    fileprivate init(statement: AudienceStatement, jws: [UInt8]) {
        self.statement = statement
        self.jws = jws
    }

    /// One that was verified before it was stored.
    init?(stored jws: [UInt8]) {
        guard let parsed = try? CompactJWS(parsing: jws), parsed.header.type == AudienceStatement.type,
            let statement = AudienceStatement(json: parsed.payload)
        else { return nil }
        self.init(statement: statement, jws: jws)
    }

    /// How a newer statement follows this one.
    package enum Following: Sendable, Hashable {
        /// It names this one's digest as `previous`.
        case directly
        /// It names another: statements between were lost on their way, or never sent here.
        case withGap
        /// It is this one or one from before: it vouches for nothing new.
        case notNewer
        /// It is newer and says less than this one did.
        case retracts
    }

    package func isFollowed(by next: VerifiedAudienceStatement) -> Following {
        let (old, new) = (statement, next.statement)
        if new.asOf <= old.asOf { return .notNewer }
        if new.size < old.size || new.count < old.count { return .retracts }
        if new.size == old.size, new.digest != old.digest || new.root != old.root { return .retracts }
        return new.previous == old.digest ? .directly : .withGap
    }
}

/// Why a statement is not believed.
package enum StatementError: String, CodedError, Hashable {
    case malformed = "statement-malformed"
    case otherType = "statement-other-type"
    case badSignature = "statement-signature-invalid"
    case otherOrigin = "statement-other-origin"
    case otherReceiver = "statement-other-receiver"

    package var code: String { rawValue }

    package var description: String {
        switch self {
        case .malformed: "the audience statement has not the form of one"
        case .otherType: "what stands in the place of the audience statement is something else that was signed"
        case .badSignature: "the audience statement is not signed by the peer's site key"
        case .otherOrigin: "the audience statement is another log's"
        case .otherReceiver: "the audience statement is for another site"
        }
    }
}
