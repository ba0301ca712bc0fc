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

    private static let pageEvents = 256

    let writer: ProjectionWriter
    let known: KnownEvents
    let vault: Vault
    /// This site's origin.
    let origin: String
    /// The reference of a person; nil where there is none any more, because it was erased.
    let person: (PersonIdentifier) throws -> SubjectReference?
    /// Is told the code of what was not.
    let ignored: (String) -> Void

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
        var run = Run(next: place + 1, place: place)
        var page = try replica.arrivals(after: old, upTo: data.size, from: 0, limit: Self.pageEvents)
        while let last = page.last {
            for event in page {
                let arrival = RecordedEvent.Arrival(
                    peer: peer.origin, vkey: peer.vkey, position: event.index, broughtAt: place)
                let fate = try take(event, arrival, &run, &keys, &shelf)
                if case .waits(let code) = fate, try !writer.wait(arrival, atMost: ServiceLimits.arrivalsWaiting) {
                    ignored(code)
                }
            }
            page = try replica.arrivals(
                after: old, upTo: data.size, from: last.index + 1, limit: Self.pageEvents)
        }
        try takeWaiting(&run, &keys, &shelf)
        if run.hasNewKeys {
            try keys.readAbroad(writer.reader)
            shelf.forget()
        }
        return run.raised
    }

    /// What one `sync.advanced` has brought so far.
    private struct Run {
        /// The next place.
        var next: Int64
        /// Of the `sync.advanced`.
        let place: Int64
        var raised: [Raised] = []
        /// Keys came that the book does not have yet.
        var hasNewKeys = false
    }

    /// Looks again at what waited, and once more as long as that brings something: logs overtake each other.
    private func takeWaiting(_ run: inout Run, _ keys: inout KeyBook, _ shelf: inout PolicyShelf) throws {
        var before: Int64
        repeat {
            before = run.next
            for waiting in try writer.reader.waiting() {
                let replica = try known.replicas.replica(of: waiting.peer, vkey: waiting.vkey)
                guard let event = try replica.arrival(at: waiting.position) else {
                    throw SiteError.replicaBehind(peer: waiting.peer)
                }
                let arrival = RecordedEvent.Arrival(
                    peer: waiting.peer, vkey: waiting.vkey, position: waiting.position, broughtAt: run.place)
                if case .waits = try take(event, arrival, &run, &keys, &shelf) { continue }
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

    private func take(
        _ event: ReplicatedEvent, _ arrival: RecordedEvent.Arrival, _ run: inout Run, _ keys: inout KeyBook,
        _ shelf: inout PolicyShelf
    ) throws -> Fate {
        guard let parsed = try? event.body.opened?.event(.some), let decoded = SharingMeaning.decoded(parsed),
            event.entry.audience.allSatisfy({ $0 == "*" || (try? AgencyID($0)) != nil })
        else {
            ignored("not-readable")
            return .settled
        }
        let unplaced = recorded(event, decoded, nil, at: event.index, arrival)
        if try writer.takeKeys(of: unplaced) {
            run.hasNewKeys = true
            return .settled
        }
        if run.hasNewKeys {
            run.hasNewKeys = false
            try keys.readAbroad(writer.reader)
            shelf.forget()
        }
        guard decoded.countsAbroad else { return .settled }
        do {
            let reference = try about(decoded, event.entry, from: arrival.peer, keys)
            let task = try admitted(decoded, event.entry, reference, of: arrival, keys, &shelf)
            let recorded = recorded(event, decoded, reference, at: run.next, arrival)
            guard try writer.take(recorded) else { throw Self.knownOtherwise }
            run.next += 1
            shelf.follow(decoded)
            try raise(task, recorded, &run)
            return .settled
        } catch let rejection as Rejection {
            let code = rejection.violations.first?.code ?? rejection.code
            if Self.waitingCodes.contains(code) { return .waits(code) }
            ignored(code)
            return .settled
        } catch is ProjectionError {
            // It leads to what this site never records itself.
            ignored("not-readable")
            return .settled
        }
    }

    private func raise(_ task: DecisionTask?, _ recorded: RecordedEvent, _ run: inout Run) throws {
        guard let task, let subject = recorded.subject, let holder = try writer.reader.agency(task.holder),
            try writer.reader.agency(task.recipient) != nil, holder.site == nil || holder.site == origin
        else { return }
        guard run.raised.count < ServiceLimits.questionsOfArrival else { return ignored("too-many-questions") }
        run.raised.append(Raised(recorded: recorded, subject: subject, task: task))
    }

    private static let knownOtherwise = Rejection(
        .conflict, "known-otherwise", "what it says stands beside something that is known here already")

    private func recorded(
        _ event: ReplicatedEvent, _ decoded: SharingEvent, _ subject: SubjectReference?, at index: Int64,
        _ arrival: RecordedEvent.Arrival
    ) -> RecordedEvent {
        let entry = event.entry
        return RecordedEvent(
            index: index, id: entry.id, type: entry.type, author: decoded.envelope.source, kid: entry.kid.description,
            subject: subject, audience: entry.audience, cause: entry.cause, releases: entry.releases,
            recorded: entry.recorded, event: decoded, arrival: arrival)
    }

    /// The person of an event, if its author may speak from there. A person's no counts also where the author's agency has ended, or its key
    /// is not trusted here.
    /// - Returns: nil for an event about nobody.
    private func about(
        _ event: SharingEvent, _ entry: Entry, from peer: String, _ keys: KeyBook
    ) throws -> SubjectReference? {
        let author = event.envelope.source
        if author.text != "site:" + peer {
            guard let row = try writer.reader.agency(author), row.site == peer else {
                throw Rejection(.forbidden, "author-not-hosted-there", "the author is not hosted at that site")
            }
            guard event.saysNo || (row.ended == nil && keys[entry.kid]?.end == nil) else {
                throw Rejection(.forbidden, "author-ended", "the author's agency or key has ended here")
            }
        }
        guard let identifier = event.envelope.subject else { return nil }
        guard let reference = try person(identifier) else {
            throw Rejection(.notFound, "erased", "the person is not known any more")
        }
        return reference
    }

    private func isHosted(_ agency: AgencyID, at peer: String) throws -> Bool {
        try writer.reader.agency(agency)?.site == peer
    }

    /// Holds an event against the rules of its own site, on what is known here.
    /// - Returns: the question that it raises.
    private func admitted(
        _ event: SharingEvent, _ entry: Entry, _ subject: SubjectReference?, of arrival: RecordedEvent.Arrival,
        _ keys: KeyBook, _ shelf: inout PolicyShelf
    ) throws -> DecisionTask? {
        let peer = arrival.peer
        switch event.data {
        case .disclosureDecided(let data):
            guard event.envelope.source.text == "site:" + peer else { throw Self.siteOnly }
            try check(data, entry, subject, from: peer)
            return nil
        case .contentOpened(let data):
            guard event.envelope.source.text == "site:" + peer else { throw Self.siteOnly }
            guard let reader = data.by.employer, try isHosted(reader, at: peer) else { throw Admission.wrongAuthor }
            return nil
        default: break
        }
        var context = try AdmissionContext.gather(for: event, writer.reader, keys, &shelf, read: known.event)
        context.releasedDigest = try known.releasedDigest(for: event)
        let admission = Admission(
            reader: writer.reader, keys: keys.abroad[arrival.vkey] ?? KeyBook(), vault: vault,
            site: try AgencyID.site(origin: peer), origin: peer, baseline: try shelf.baseline(writer.reader),
            now: entry.recorded, context: context)
        do {
            return try admission.admit(arrived: event, kid: entry.kid).question
        } catch let rejection as Rejection where event.saysNo || rejection.code == "forbidden-transition" {
            return nil
        }
    }
}

extension Arrivals {
    private static let siteOnly = Rejection(
        .forbidden, "site-only", "only the site itself records events of this type")

    /// The holder's site decides, and nobody else for it; and it releases what was asked of it, to whom that was for, and nothing else.
    /// What it decided on may be in a log that tells nothing of it here: then it redirects a referral that it sent.
    private func check(
        _ data: DisclosureDecided, _ entry: Entry, _ subject: SubjectReference?, from peer: String
    ) throws {
        let asked = try writer.reader.disclosure(of: data.request)
        let redirected = try entry.releases.first.flatMap { try writer.reader.disclosure(of: $0) }
        guard let row = asked ?? redirected, try isHosted(row.sender, at: peer) else { throw Self.notTheHoldersSite }
        guard let subject, try writer.reader.persons(with: row.subject).contains(subject),
            entry.releases.isEmpty || (row.content != nil && entry.releases == [row.contentEvent])
        else { throw Rejection(.forbidden, "other-release", "it releases what was not asked") }
        guard asked == nil, let referral = try writer.reader.referral(row.event) else { return }
        // A referral that has reached somebody at this site is theirs to redirect.
        let host = try writer.reader.agency(referral.recipient)?.site
        guard referral.released == nil || (host != nil && host != origin) else { throw Self.notTheHoldersSite }
    }

    private static let notTheHoldersSite = Rejection(
        .forbidden, "not-the-holders-site", "only the holder's site decides")
}

extension SharingEvent {
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
