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
    /// Is told of every event that was applied, and whether it changed what is known of keys.
    let applied: (RecordedEvent, _ changesKeys: Bool) -> Void
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
        var raised: [Raised] = []
        var next = place + 1
        var from: Int64 = 0
        while true {
            let page = try replica.arrivals(after: old, upTo: data.size, from: from, limit: Self.pageEvents)
            guard let last = page.last else { return raised }
            from = last.index + 1
            for event in page {
                switch try take(event, of: peer.origin, broughtAt: place, next: next, &keys, &shelf) {
                case .nothing: continue
                case .applied: break
                case .raised(let question): raised.append(question)
                }
                next += 1
            }
        }
    }

    /// Whether a replica has a peer's log as far as an event says, with that very root.
    static func has(_ data: SyncAdvanced, _ replica: PeerReplica) throws -> Bool {
        guard data.size <= replica.state.cursor.size else { return false }
        return try Base64.standard.encode(replica.root(at: data.size).bytes) == data.root
    }

    /// What became of an event.
    private enum Fate {
        /// It has no place here.
        case nothing
        case applied
        /// It was applied, and raises a question for this site.
        case raised(Raised)
    }

    private func take(
        _ event: ReplicatedEvent, of peer: String, broughtAt place: Int64, next: Int64, _ keys: inout KeyBook,
        _ shelf: inout PolicyShelf
    ) throws -> Fate {
        guard let parsed = try? event.body.opened?.event(.some), let decoded = SharingMeaning.decoded(parsed) else {
            ignored("not-readable")
            return .nothing
        }
        let arrival = RecordedEvent.Arrival(peer: peer, position: event.index, broughtAt: place)
        if try writer.takeKeys(of: recorded(event, decoded, nil, at: event.index, arrival)) {
            let key = recorded(event, decoded, nil, at: event.index, arrival)
            if keys.apply(key, of: peer) {
                shelf.forget()
                applied(key, true)
            }
            return .nothing
        }
        guard let person = try about(decoded, from: peer) else { return .nothing }
        let task: DecisionTask?
        do {
            task = try admitted(decoded, event.entry, of: peer, keys, &shelf)
        } catch let rejection as Rejection {
            ignored(rejection.violations.first?.code ?? rejection.code)
            return .nothing
        }
        let recorded = recorded(event, decoded, person.reference, at: next, arrival)
        guard try writer.take(recorded) else {
            ignored("known-otherwise")
            return .nothing
        }
        shelf.follow(decoded)
        applied(recorded, false)
        guard let task, let reference = person.reference, let holder = try writer.reader.agency(task.holder),
            holder.site == nil || holder.site == origin
        else { return .applied }
        return .raised(Raised(recorded: recorded, subject: reference, task: task))
    }

    private struct About {
        /// Nil for an event about nobody.
        let reference: SubjectReference?
    }

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

    /// The person of an event that is of a kind to count here and by an author who may speak from there.
    /// - Returns: nil if it is not to count.
    private func about(_ event: SharingEvent, from peer: String) throws -> About? {
        guard event.countsAbroad else { return nil }
        let author = event.envelope.source
        let isTheSite = author.text == "site:" + peer
        guard try isTheSite || isHosted(author, at: peer) else {
            ignored("author-not-hosted-there")
            return nil
        }
        guard let identifier = event.envelope.subject else { return About(reference: nil) }
        guard let reference = try person(identifier) else {
            ignored("erased")
            return nil
        }
        return About(reference: reference)
    }

    private func isHosted(_ agency: AgencyID, at peer: String) throws -> Bool {
        try writer.reader.agency(agency)?.site == peer
    }

    /// Holds an event against the rules of its own site, on what is known here.
    /// - Returns: the question that it raises.
    private func admitted(
        _ event: SharingEvent, _ entry: Entry, of peer: String, _ keys: KeyBook, _ shelf: inout PolicyShelf
    ) throws -> DecisionTask? {
        switch event.data {
        case .disclosureDecided(let data):
            // The holder's site decides, and nobody else for it. What it decided on may be in a log that tells nothing of it here.
            let about = try ([data.request] + entry.releases).compactMap { try writer.reader.disclosure(of: $0) }
            guard let holder = about.first?.sender, try isHosted(holder, at: peer)
            else { throw Rejection(.forbidden, "not-the-holders-site", "only the holder's site decides") }
            return nil
        case .contentOpened(let data):
            guard let reader = data.by.employer, try isHosted(reader, at: peer) else { throw Admission.wrongAuthor }
            return nil
        default: break
        }
        var context = try AdmissionContext.gather(for: event, writer.reader, keys, &shelf, read: known.event)
        context.releasedDigest = try known.releasedDigest(for: event)
        let admission = Admission(
            reader: writer.reader, keys: keys.abroad[peer] ?? KeyBook(), vault: vault,
            site: try AgencyID.site(origin: peer), origin: peer, baseline: try shelf.baseline(writer.reader),
            now: entry.recorded, context: context)
        do {
            return try admission.admit(arrived: event, kid: entry.kid).question
        } catch let rejection as Rejection where event.saysNo || rejection.code == "forbidden-transition" {
            return nil
        }
    }
}

extension SharingEvent {
    /// Whether another site's event of this type says anything for this one. What a site says of itself, its registry, its law and of who is
    /// one person with whom holds there.
    fileprivate var countsAbroad: Bool {
        switch data {
        case .siteFounded, .agencyRegistered, .agencyEnded, .keyEnrolled, .keyRevoked, .baselineAdopted,
            .checkpointKeyRotated,
            .hpkeKeyRotated, .peerAdded, .peerRemoved, .syncAdvanced, .forkDetected, .subjectLinked, .subjectUnlinked,
            .subjectMerged, .subjectSevered, .foreign:
            false
        default: true
        }
    }
}
