public import Encodings

/// An event that was admitted, with what the site writes about it into its entry.
public struct EntryDraft: Sendable {
    public let event: VerifiedEvent
    public let id: UniqueID
    public let type: String
    public let author: String
    /// The site-local reference of the person, known to the vault or staged there; nil where there is none. The body is
    /// sealed under their key.
    public let subject: UniqueID?
    /// Sorted by bytes, each reader once.
    public let audience: [String]
    public let cause: UniqueID?
    public let releases: [UniqueID]
    public let occurred: Instant
    /// Not before the entry before it.
    public let recorded: Instant

    public init(
        event: VerifiedEvent, id: UniqueID, type: String, author: String, subject: UniqueID?, audience: [String],
        cause: UniqueID?, releases: [UniqueID] = [], occurred: Instant, recorded: Instant
    ) {
        self.event = event
        self.id = id
        self.type = type
        self.author = author
        self.subject = subject
        self.audience = audience
        self.cause = cause
        self.releases = releases
        self.occurred = occurred
        self.recorded = recorded
    }
}

/// An entry at its place.
public struct AppendedEntry: Sendable {
    public let index: Int64
    public let leafHash: MerkleHash
    public let entry: Entry
}
