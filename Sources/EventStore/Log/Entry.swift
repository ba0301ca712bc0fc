public import Encodings

/// What the log says of an event: the Merkle leaf (LOGFORMAT, section 8). It holds a commitment, never a payload.
///
/// Written once by the site and never re-encoded: `bytes` are what is hashed, and `init(parsing:)` accepts nothing that
/// this type would have written otherwise.
public struct Entry: Sendable, Hashable {
    /// The event's UUID, as its author chose it.
    public let id: UniqueID
    /// CloudEvents `type`.
    public let type: String
    /// The agency whose key signed the event.
    public let author: String
    /// The thumbprint of that key.
    public let kid: Thumbprint
    /// The site-local reference of the person; nil where there is none.
    public let subject: UniqueID?
    /// Who may read the event, sorted; `["*"]` is everybody enrolled.
    public let audience: [String]
    /// The event that this one follows from.
    public let cause: UniqueID?
    /// On a decision: the events with content that it releases.
    public let releases: [UniqueID]
    /// The author's claim of when it happened.
    public let occurred: Instant
    /// The site's clock; it never goes backwards along the log.
    public let recorded: Instant
    /// base64url of SHA-256(salt || JWS).
    public let commitment: String
    /// The entry as it is hashed, served and kept.
    public let bytes: [UInt8]

    /// Writes an entry.
    /// - Throws: `EntryError` if the audience is not sorted, or the entry is larger than a bundle can hold.
    public init(
        id: UniqueID, type: String, author: String, kid: Thumbprint, subject: UniqueID?, audience: [String],
        cause: UniqueID?, releases: [UniqueID], occurred: Instant, recorded: Instant, commitment: String
    ) throws(EntryError) {
        guard !audience.isEmpty,
            zip(audience, audience.dropFirst()).allSatisfy({ $0.utf8.lexicographicallyPrecedes($1.utf8) })
        else { throw .audienceNotSorted }
        var writer = JSONWriter(reservingBytes: 512 + 48 * (audience.count + releases.count))
        writer.raw("{\"v\":1,\"id\":")
        writer.string(id.description)
        writer.raw(",\"type\":")
        writer.string(type)
        writer.raw(",\"author\":")
        writer.string(author)
        writer.raw(",\"kid\":")
        writer.string(kid.description)
        if let subject {
            writer.raw(",\"subject\":")
            writer.string(subject.description)
        }
        writer.raw(",\"audience\":")
        writer.value(.strings(audience))
        if let cause {
            writer.raw(",\"cause\":")
            writer.string(cause.description)
        }
        if !releases.isEmpty {
            writer.raw(",\"releases\":")
            writer.value(.strings(releases.map(\.description)))
        }
        writer.raw(",\"occurred\":")
        writer.string(occurred.description)
        writer.raw(",\"recorded\":")
        writer.string(recorded.description)
        writer.raw(",\"commitment\":")
        writer.string(commitment)
        writer.raw("}")
        guard writer.bytes.count <= Limits.entryBytes else { throw .tooLarge(bytes: writer.bytes.count) }
        self.init(
            id: id, type: type, author: author, kid: kid, subject: subject, audience: audience, cause: cause,
            releases: releases, occurred: occurred, recorded: recorded, commitment: commitment,
            asWritten: writer.bytes)
    }

    /// - Precondition: `bytes` are what the other initialiser would write for the rest.
    init(
        id: UniqueID, type: String, author: String, kid: Thumbprint, subject: UniqueID?, audience: [String],
        cause: UniqueID?, releases: [UniqueID], occurred: Instant, recorded: Instant, commitment: String,
        asWritten bytes: [UInt8]
    ) {
        self.id = id
        self.type = type
        self.author = author
        self.kid = kid
        self.subject = subject
        self.audience = audience
        self.cause = cause
        self.releases = releases
        self.occurred = occurred
        self.recorded = recorded
        self.commitment = commitment
        self.bytes = bytes
    }

    /// Reads an entry.
    /// - Throws: `EntryError` if the bytes are not exactly what this type would write for what they say.
    public init(parsing bytes: [UInt8]) throws(EntryError) {
        guard bytes.count <= Limits.entryBytes else { throw .tooLarge(bytes: bytes.count) }
        if let entry = EntryScanner.entry(bytes) {
            self = entry
            return
        }
        guard let members = (try? JSON.parse(bytes))?.object else { throw .notJSON }
        guard members["v"] == .integer(1) else { throw .unknownVersion }
        try self.init(
            id: Self.read(members, "id", UniqueID.init), type: Self.read(members, "type", Optional.some),
            author: Self.read(members, "author", Optional.some), kid: Self.read(members, "kid", Thumbprint.init),
            subject: members["subject"] == nil ? nil : Self.read(members, "subject", UniqueID.init),
            audience: Self.readAll(members, "audience", Optional.some),
            cause: members["cause"] == nil ? nil : Self.read(members, "cause", UniqueID.init),
            releases: members["releases"] == nil ? [] : Self.readAll(members, "releases", UniqueID.init),
            occurred: Self.read(members, "occurred", Instant.init),
            recorded: Self.read(members, "recorded", Instant.init),
            commitment: Self.read(members, "commitment", Optional.some))
        guard self.bytes == bytes else { throw .notAsWritten }
    }

    /// Where the type stands in an entry: behind `{"v":1,"id":"`, 36 characters, and `","type":"`.
    static let typeOffset = 59

    /// SHA-256(0x00 || bytes).
    public var leafHash: MerkleHash { .leaf(bytes) }

    private static func read<Value>(
        _ members: JSONObject, _ name: String, _ parse: (String) -> Value?
    ) throws(EntryError) -> Value {
        guard let text = members[name]?.string, let value = parse(text) else { throw .badMember(name) }
        return value
    }

    private static func readAll<Value>(
        _ members: JSONObject, _ name: String, _ parse: (String) -> Value?
    ) throws(EntryError) -> [Value] {
        guard let texts = members[name]?.array else { throw .badMember(name) }
        var values: [Value] = []
        for text in texts {
            guard let value = text.string.flatMap(parse) else { throw .badMember(name) }
            values.append(value)
        }
        return values
    }
}

/// Why bytes are no entry, or an entry cannot be written.
public enum EntryError: CodedError, Hashable {
    case notJSON
    case unknownVersion
    case badMember(String)
    case notAsWritten
    case audienceNotSorted
    case tooLarge(bytes: Int)

    public var code: String {
        switch self {
        case .notJSON: "entry-not-json"
        case .unknownVersion: "entry-version-unknown"
        case .badMember: "entry-member-bad"
        case .notAsWritten: "entry-not-as-written"
        case .audienceNotSorted: "entry-audience-not-sorted"
        case .tooLarge: "entry-too-large"
        }
    }

    public var description: String {
        switch self {
        case .notJSON: "the entry is not a JSON object"
        case .unknownVersion: "the entry's version is not 1; a newer release may read it"
        case .badMember(let name): "the entry's member `\(name)` is missing or has the wrong form"
        case .notAsWritten:
            "the entry's bytes are not what is written for what they say (order, white space, another member)"
        case .audienceNotSorted: "the entry's audience must name at least one reader, sorted and each once"
        case .tooLarge(let bytes):
            "the entry has \(bytes) bytes, over \(Limits.entryBytes); name fewer readers, or release by several decisions"
        }
    }
}
