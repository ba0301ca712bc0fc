import Encodings
import EventStore
import Projections
import SharingModel
import SharingPolicy
import Shipping

/// What a `sync.advanced` brings: the events of a peer's log that came since the one before, applied to the projections right behind it.
/// A replay takes them from the same replica in the same order, so it comes to the same state.
///
/// What a peer can bring about here is what its own agencies could: an event counts only if its author is registered here as hosted at
/// that peer, and only if the rules by which it was to be admitted there (those of every site) let it in here too. Two things count all
/// the same: a person's no, and a step in a referral's life that contradicts one that is known here (it shows as `conflict`). Which
/// identifiers are one person is for this site's own IG leads; which agencies and baselines there are, for its operator.
struct Arrivals {
    /// An event of a peer that this site has to decide, because the holder is hosted here.
    struct Raised {
        let recorded: RecordedEvent
        let subject: SubjectReference
        let task: DecisionTask
    }

    /// Whose log an event stands in.
    struct Sender {
        let origin: String
        let vkey: String
        /// The peer as an author.
        let site: AgencyID

        init(_ origin: String, _ vkey: String) throws {
            self.origin = origin
            self.vkey = vkey
            site = try AgencyID.site(origin: origin)
        }
    }

    let writer: ProjectionWriter
    let known: KnownEvents
    let vault: Vault
    /// This site's origin.
    let origin: String
    let agencies: RegisteredAgencies
    /// The reference of a person; nil where there is none any more, because it was erased.
    let person: (PersonIdentifier) throws -> SubjectReference?
    /// Is told the code of what was not.
    let ignored: (String) -> Void

    init(
        writer: ProjectionWriter, known: KnownEvents, vault: Vault, origin: String,
        person: @escaping (PersonIdentifier) throws -> SubjectReference?, ignored: @escaping (String) -> Void
    ) {
        self.writer = writer
        self.known = known
        self.vault = vault
        self.origin = origin
        self.person = person
        self.ignored = ignored
        agencies = RegisteredAgencies(writer.reader)
    }

    /// - Parameters:
    ///   - old: how much of the peer's log was known before.
    ///   - place: of the `sync.advanced`, which has been applied.
    /// - Throws: `SiteError.replicaBehind` where the replica does not have what the event says.
    func take(
        _ data: SyncAdvanced, from peer: PeerRow, after old: Int64, at place: Int64, keys: inout KeyBook,
        shelf: inout PolicyShelf
    ) throws -> [Raised] {
        let replica = try known.replicas.replica(of: peer)
        guard try Self.has(data, replica) else { throw SiteError.replicaBehind(peer: data.peer) }
        let sender = try Sender(peer.origin, peer.vkey)
        var run = Run(next: place + 1, place: place, keys: keys, shelf: shelf)
        let pages = ArrivalPages(replica, after: old, upTo: data.size)
        defer { pages.cancel() }
        while case let page = try pages.next(), !page.isEmpty { try take(page, from: sender, &run) }
        try takeWaiting(&run)
        try run.readKeys(writer.reader)
        (keys, shelf) = (run.keys, run.shelf)
        run.ignored.forEach(ignored)
        return run.raised
    }

    /// What one `sync.advanced` has brought so far. A value: what is not drawn in the end leaves no trace here either.
    struct Run {
        /// The next place.
        var next: Int64
        /// Of the `sync.advanced`.
        let place: Int64
        var keys: KeyBook
        var shelf: PolicyShelf
        var raised: [Raised] = []
        /// Keys came that the book does not have yet.
        var hasNewKeys = false
        /// The codes of what was not taken.
        var ignored: [String] = []

        mutating func readKeys(_ reader: ProjectionReader) throws {
            guard hasNewKeys else { return }
            hasNewKeys = false
            try keys.readAbroad(reader)
            shelf.forget()
        }
    }

    /// Takes a page's events all at once; where one cannot be drawn, one after another.
    private func take(_ page: [ReadArrival], from sender: Sender, _ run: inout Run) throws {
        // So that each person is known, or known to be new, when their event's turn comes.
        try vault.prefetch(page.compactMap { $0.event?.envelope.subject?.text })
        var together = run
        let isDrawn = try writer.together(broughtAt: run.place) {
            for event in page { try take(event, from: sender, isAlone: false, &together) }
            return together.next - run.next
        }
        guard !isDrawn else { return run = together }
        for event in page { try take(event, from: sender, isAlone: true, &run) }
    }

    private func take(_ event: ReadArrival, from sender: Sender, isAlone: Bool, _ run: inout Run) throws {
        let arrival = Self.arrival(event, from: sender, run)
        if case .waits(let code) = try fate(of: event, from: sender, arrival, isAlone: isAlone, &run),
            try !writer.wait(arrival, atMost: ServiceLimits.arrivalsWaiting)
        {
            run.ignored.append(code)
        }
    }

    /// Looks again at what waited, and once more as long as that brings something: logs overtake each other.
    private func takeWaiting(_ run: inout Run) throws {
        var seen = Replay.Seen()
        var before: Int64
        repeat {
            before = run.next
            for waiting in try writer.reader.waiting() {
                let replica = try known.replicas.replica(of: waiting.peer, vkey: waiting.vkey)
                guard let event = try replica.arrival(at: waiting.position) else {
                    throw SiteError.replicaBehind(peer: waiting.peer)
                }
                let (read, sender) = (ReadArrival(event, &seen), try Sender(waiting.peer, waiting.vkey))
                let arrival = Self.arrival(read, from: sender, run)
                if case .waits = try fate(of: read, from: sender, arrival, isAlone: true, &run) { continue }
                try writer.release(waiting)
            }
        } while run.next > before
    }

    /// Whether a replica has a peer's log as far as an event says, with that very root.
    static func has(_ data: SyncAdvanced, _ replica: PeerReplica) throws -> Bool {
        guard data.size <= replica.state.cursor.size else { return false }
        return try Base64.standard.encode(replica.root(at: data.size).bytes) == data.root
    }

    /// What became of an event.
    private enum Fate {
        /// It was applied, or has no place here.
        case settled
        /// It refers to what is not known here yet, as its code says.
        case waits(String)
    }

    /// The codes with which an event is refused that may count once more is known.
    private static let waitingCodes: Set = [
        "unknown-reference", "unknown-agency", "unknown-key", "wrong-author", "not-the-holders-site",
        "author-not-hosted-there", "referral-not-released",
    ]

    /// - Parameter isAlone: see `ProjectionWriter.take`.
    private func fate(
        of read: ReadArrival, from sender: Sender, _ arrival: RecordedEvent.Arrival, isAlone: Bool, _ run: inout Run
    ) throws -> Fate {
        guard let event = read.event else {
            run.ignored.append("not-readable")
            return .settled
        }
        if event.tellsOfKeys, try writer.takeKeys(of: recorded(read, event, nil, at: read.index, arrival)) {
            run.hasNewKeys = true
            return .settled
        }
        try run.readKeys(writer.reader)
        guard event.countsAbroad else { return .settled }
        do {
            let reference = try about(event, read.entry, from: sender, run.keys)
            let task = try admitted(event, read.entry, reference, from: sender, &run)
            let recorded = recorded(read, event, reference, at: run.next, arrival)
            guard try writer.take(recorded, isAlone: isAlone) else { throw Self.knownOtherwise }
            run.next += 1
            run.shelf.follow(event)
            try raise(task, recorded, &run)
            return .settled
        } catch let rejection as Rejection {
            let code = rejection.violations.first?.code ?? rejection.code
            if Self.waitingCodes.contains(code) { return .waits(code) }
            run.ignored.append(code)
            return .settled
        } catch is ProjectionError {
            // It leads to what this site never records itself.
            run.ignored.append("not-readable")
            return .settled
        }
    }

    private func raise(_ task: DecisionTask?, _ recorded: RecordedEvent, _ run: inout Run) throws {
        guard let task, let subject = recorded.subject, let holder = try agencies[task.holder],
            try agencies[task.recipient] != nil, holder.site == nil || holder.site == origin
        else { return }
        guard run.raised.count < ServiceLimits.questionsOfArrival else {
            return run.ignored.append("too-many-questions")
        }
        run.raised.append(Raised(recorded: recorded, subject: subject, task: task))
    }

    private static let knownOtherwise = Rejection(
        .conflict, "known-otherwise", "what it says stands beside something that is known here already")

    private static func arrival(_ read: ReadArrival, from sender: Sender, _ run: Run) -> RecordedEvent.Arrival {
        RecordedEvent.Arrival(
            peer: sender.origin, vkey: sender.vkey, position: read.index, broughtAt: run.place)
    }

    private func recorded(
        _ read: ReadArrival, _ event: SharingEvent, _ subject: SubjectReference?, at index: Int64,
        _ arrival: RecordedEvent.Arrival
    ) -> RecordedEvent {
        let entry = read.entry
        return RecordedEvent(
            index: index, id: entry.id, type: entry.type, author: event.envelope.source, kid: read.kid,
            subject: subject, audience: entry.audience, cause: entry.cause, releases: entry.releases,
            recorded: entry.recorded, event: event, arrival: arrival)
    }
}

/// The agencies that are registered here, each read once: no event of a peer registers or ends one here.
final class RegisteredAgencies {
    private let reader: ProjectionReader
    private var rows: [AgencyID: AgencyRow?] = [:]

    init(_ reader: ProjectionReader) { self.reader = reader }

    subscript(agency: AgencyID) -> AgencyRow? {
        get throws {
            if let row = rows[agency] { return row }
            let row = try reader.agency(agency)
            rows[agency] = .some(row)
            return row
        }
    }
}

extension SharingEvent {
    /// Whether it may enrol or revoke keys.
    fileprivate var tellsOfKeys: Bool {
        switch data {
        case .siteFounded, .agencyRegistered, .keyEnrolled, .keyRevoked: true
        default: false
        }
    }

    /// Whether another site's event of this type says anything for this one. What a site says of itself, its registry, its law and of who is
    /// one person with whom holds there.
    fileprivate var countsAbroad: Bool {
        switch data {
        case .siteFounded, .agencyRegistered, .agencyEnded, .keyEnrolled, .keyRevoked, .baselineAdopted,
            .checkpointKeyRotated, .hpkeKeyRotated, .peerAdded, .peerRemoved, .syncAdvanced, .forkDetected,
            .subjectLinked, .subjectUnlinked,
            .subjectMerged, .subjectSevered, .foreign:
            false
        default: true
        }
    }
}
