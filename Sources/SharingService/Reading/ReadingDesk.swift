package import Encodings
package import EventStore
package import Projections
package import SharingModel

/// Answers readers, each with what it may see (DESIGN section 5): an agency, the events whose audience names it and what decisions
/// released to it, item by item; its IG lead, also the metadata of every event its agency is party to; an auditor, every entry and no
/// bodies; an operator, the events for everybody.
///
/// What is not there and what is not for this reader are the same to it.
package struct ReadingDesk: Sendable {
    let log: any LogReader
    let vault: Vault?
    let projections: ProjectionStore
    let replicas: Replicas
    let keys: KeyBook
    let origin: String
    /// Policy as it was parsed by whoever needed it first.
    let library: PolicyLibrary
    var now: Instant
    /// What this desk's answers open. A desk serves one call.
    package let openings = OpeningTray()
    /// What proofs lead to, where it covers their entry: the checkpoint that the site shows, with its cosignatures.
    let checkpoint: SignedCheckpoint?

    init(store: SiteStore, keys: KeyBook, now: Instant, checkpoint: SignedCheckpoint) {
        log = store.log
        vault = store.vault
        projections = store.projections
        replicas = store.replicas
        origin = store.origin
        library = store.library
        self.keys = keys
        self.now = now
        self.checkpoint = checkpoint
    }

    /// A desk over a folder that is open for reading only.
    package init(log: ReadOnlyLog, projections: ProjectionStore, replicas: Replicas, now: Instant) throws {
        self.log = log
        self.replicas = replicas
        vault = log.vault
        self.projections = projections
        library = PolicyLibrary()
        keys = try projections.read { try KeyBook($0) }
        origin = log.verifierKey.name
        self.now = now
        checkpoint = nil
    }

    /// Every event that this site knows.
    func known(_ projections: ProjectionReader) -> KnownEvents {
        KnownEvents(log: log, replicas: replicas, reader: projections)
    }

    /// Of an event at a place: its position in the log where it stands, and that log's origin where it is a peer's.
    func position(_ place: Int64, _ projections: ProjectionReader) throws -> [(String, JSON)] {
        try projections.source(of: place).members
    }

    package static let nothingHere = Rejection(.notFound, "not-found", "there is nothing here for this reader")

    /// - Parameter next: where the next page begins; nil if this was the last.
    static func page(_ name: String, _ rows: [JSON], next: Int64?) -> JSON {
        .object([name: .array(rows), "next": next.map { .integer($0) } ?? .null])
    }
}

/// A page of a register.
package struct Page: Sendable, Hashable {
    /// Place from which on rows are listed: the log index, where the site has no peers.
    package let from: Int64
    package let limit: Int

    /// A page of events ends with the one that reaches this, so that a thousand long ones do not fill the memory.
    let bytes: Int

    package init(
        from: Int64 = 0, limit: Int = ServiceLimits.defaultPage, bytes: Int = ServiceLimits.pageBytes
    ) {
        self.from = max(0, from)
        self.limit = min(max(1, limit), ServiceLimits.page)
        self.bytes = bytes
    }

    /// Where the next page begins, when this one is full.
    func next(after indexes: some Collection<Int64>) -> Int64? {
        guard indexes.count >= limit, let last = indexes.max() else { return nil }
        return last + 1
    }
}

extension Reader {
    /// Whose events it may list.
    var scope: ProjectionReader.EventScope {
        if roles.contains(.auditor) { return .all }
        if isOfAgency { return .agency(agency, asParty: roles.contains(.igLead)) }
        return .everybody
    }

    /// Whether it reads for its agency, rather than for the site or an audit.
    var isOfAgency: Bool { !roles.isDisjoint(with: [.agency, .igLead]) }

    /// The agency whose registers it reads.
    /// - Throws: for operators and auditors: registers are drawn from bodies, which are not for them.
    func register() throws(Rejection) -> AgencyID? {
        try require([.agency, .igLead])
        return agency
    }

    /// - Throws: unless the key has the role.
    package func require(_ allowed: Set<KeyRole>) throws(Rejection) {
        guard roles.isDisjoint(with: allowed) else { return }
        let names = allowed.map { "`\($0.rawValue)`" }.sorted().joined(separator: " or ")
        throw Rejection(.forbidden, "role-missing", "this is open to keys with the role \(names)")
    }
}

extension EventSource {
    /// The origin of the log where it is a peer's, as answers have it.
    var log: JSON? { peer.map { .string($0) } }

    /// As every answer has it: `index`, and `log` where it is a peer's.
    var members: [(String, JSON)] { [("index", .integer(position))] + (log.map { [("log", $0)] } ?? []) }
}
