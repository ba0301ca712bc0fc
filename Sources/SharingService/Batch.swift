import Encodings
import EventStore
import Locking
import Logging
import Projections
import SharingModel
import SharingPolicy

/// One batch on its way into the log: what was admitted so far, in order, and what its submitters will be told.
struct Batch {
    private enum Fate {
        case rejected(Rejection)
        /// In the log since before this batch.
        case known(index: Int64)
        /// In this batch, at a place among the drafts.
        case drafted(place: Int, isRepeat: Bool)
    }

    /// What a draft was, beyond its entry.
    private struct Detail {
        var outcome = "recorded"
        /// As the poster may see it.
        var decision: JSON?
        /// Places of what follows from it, the decision first.
        var follows: [Int] = []
    }

    private let store: SiteStore
    private let writer: ProjectionWriter
    private let now: Instant
    private let logger: Logger
    private let metrics: Metrics
    /// The registrar's own: told of each event that is applied.
    private let files: PersonFiles
    private let size: Int64
    /// How many events of peers have a place before the next draft.
    private var arrived: Int64
    /// How much of peers' logs is known; nil until a decision needs it.
    private var standings: [Replica]?
    private var fates: [Fate] = []
    private var details: [Detail] = []
    private var places: [UniqueID: Int] = [:]
    /// Which of the batch's events are in the log already.
    private let known: [UniqueID: Int64]
    private var drafts: [DraftedEvent] = []
    private(set) var keys: KeyBook
    private(set) var keysChanged = false
    /// A peer was added or removed.
    private(set) var peersChanged = false
    private(set) var shelf: PolicyShelf

    init(
        of events: [ReceivedEvent], store: SiteStore, writer: ProjectionWriter, keys: KeyBook, shelf: PolicyShelf,
        files: PersonFiles, now: Instant, logger: Logger, metrics: Metrics
    ) throws {
        self.store = store
        self.writer = writer
        self.keys = keys
        self.shelf = shelf
        self.files = files
        self.now = now
        self.logger = logger
        self.metrics = metrics
        size = store.log.head.size
        arrived = try writer.reader.arrived()
        known = try store.log.indexes(beforeAppending: events.map(\.event.envelope.id))
        try store.vault.prefetch(events.flatMap { $0.event.identifiers.map(\.text) })
    }

    /// Takes one event, if it may be recorded here and now.
    /// - Throws: only when the store fails.
    mutating func take(_ received: ReceivedEvent) throws {
        do {
            // A key that was revoked since still gets the receipt of what it posted; another agency's key never does.
            guard keys[received.verified.keyID]?.agency == received.event.envelope.source else {
                throw Rejection.sourceNotOfKey
            }
            if let fate = try seenBefore(received) { return fates.append(fate) }
            let place = try draft(received)
            fates.append(.drafted(place: place, isRepeat: false))
        } catch let rejection as Rejection {
            fates.append(.rejected(rejection))
        }
    }

    /// The same id, author and payload bytes are the same event: its poster gets its receipt again.
    private func seenBefore(_ received: ReceivedEvent) throws -> Fate? {
        let id = received.event.envelope.id
        let payload: [UInt8]?
        let fate: Fate
        if let place = places[id] {
            payload = drafts[place].payloadBytes
            fate = .drafted(place: place, isRepeat: true)
        } else if let index = known[id] {
            // A body that cannot be opened cannot be compared: nothing is the same event as one that is gone or damaged.
            payload = (try? store.log.body(at: index))?.opened.flatMap { try? $0.event().payloadBytes }
            fate = .known(index: index)
        } else {
            // What is not in the log can only be an event of a peer, where any came.
            guard try arrived == 0 || writer.reader.index(of: id) == nil else { throw Rejection.idInUse }
            return nil
        }
        guard payload == received.verified.payloadBytes else {
            throw Rejection.idInUse
        }
        return fate
    }

    private mutating func draft(_ received: ReceivedEvent) throws -> Int {
        let event = received.event
        let baseline = try shelf.baseline(writer.reader)
        let admission = Admission(
            reader: writer.reader, keys: keys, vault: store.vault, site: store.author, origin: store.origin,
            baseline: baseline, now: now, context: try context(of: event))
        let admitted = try admission.admit(event, kid: received.verified.keyID, isOwn: received.isOwn)
        // Before the person gets a reference: what is refused for its size leaves nothing behind.
        let names = try Self.names(admitted.audience, of: event)
        let subject = try subject(of: event)
        let advance = try advance(event)
        let place = try append(
            .received(received.verified), event, kid: received.verified.keyID, subject: subject, names: names,
            cause: event.envelope.cause)
        if case .subjectLinked(let data) = event.data, let subject {
            for identifier in data.identifiers {
                // One that belongs to another reference stays there: the two are one person only when an IG lead merges them.
                _ = try store.vault.stageLink(identifier: identifier.text, subject: subject.id, at: size + Int64(place))
            }
        }
        if let task = admitted.question { try decide(task, on: place, event, subject) }
        if let advance { try bring(advance, on: place) }
        return place
    }

    /// What an event brings of a peer's log, if it does.
    private func advance(_ event: SharingEvent) throws -> (data: SyncAdvanced, peer: PeerRow, old: Int64)? {
        guard case .syncAdvanced(let data) = event.data, let peer = try writer.reader.peer(data.peer) else {
            return nil
        }
        guard try Arrivals.has(data, store.replicas.replica(of: peer)) else {
            throw Rejection(.conflict, "replica-behind", "the replica of that site's log is not what the event says")
        }
        return (data, peer, try writer.reader.sync(of: peer)?.size ?? 0)
    }

    /// Applies what came of a peer's log, and decides what the holders that are hosted here were asked: all of it on the same facts, those
    /// behind everything that came.
    private mutating func bring(_ advance: (data: SyncAdvanced, peer: PeerRow, old: Int64), on place: Int) throws {
        let index = size + Int64(place)
        var shelf = self.shelf
        var keys = self.keys
        let arrivals = Arrivals(
            writer: writer, known: knownEvents, vault: store.vault, origin: store.origin,
            person: { [store] in SubjectReference(try store.vault.stageSubject(identifier: $0.text, at: index)) },
            ignored: { [metrics] in metrics.count("sharing_arrivals_ignored_total", "code", $0) })
        let raised = try arrivals.take(
            advance.data, from: advance.peer, after: advance.old, at: index + arrived, keys: &keys, shelf: &shelf)
        (self.shelf, self.keys, keysChanged) = (shelf, keys, true)
        // What came may be about a person under another reference than the one that it changes.
        files.forget()
        standings = nil
        arrived = try writer.reader.arrived()
        var decisions: [Decision] = []
        for question in raised {
            decisions.append(
                try judge(
                    question.task, EventReference(id: question.recorded.id, index: question.recorded.index), at: index,
                    question.subject))
        }
        for (question, decision) in zip(raised, decisions) {
            let (_, decided) = try append(
                decision, question.task, on: question.recorded.event.envelope, question.subject)
            details[place].follows.append(decided)
        }
    }

    private var knownEvents: KnownEvents {
        KnownEvents(log: store.log, replicas: store.replicas, reader: writer.reader)
    }

    private mutating func context(of event: SharingEvent) throws -> AdmissionContext {
        var context = try AdmissionContext.gather(for: event, writer.reader, keys, &shelf) {
            [drafts, places, knownEvents] id in
            if let place = places[id] { return drafts[place].recorded.event }
            return try knownEvents.event(id)
        }
        context.releasedDigest = try releasedDigest(for: event)
        return context
    }

    /// The person's reference; a person not known yet gets one.
    private func subject(of event: SharingEvent) throws -> SubjectReference? {
        guard let identifier = event.envelope.subject else { return nil }
        if let known = try store.vault.reference(for: identifier.text) { return SubjectReference(known) }
        return SubjectReference(
            try store.vault.stageSubject(identifier: identifier.text, at: size + Int64(drafts.count)))
    }

    /// Puts an event behind those before it and draws its effects.
    /// - Parameter names: its entry's audience.
    private mutating func append(
        _ signing: DraftedEvent.Signing, _ event: SharingEvent, kid: Thumbprint, subject: SubjectReference?,
        names: [String], cause: UniqueID?, releases: [UniqueID] = []
    ) throws -> Int {
        let place = drafts.count
        let envelope = event.envelope
        let recorded = RecordedEvent(
            index: size + arrived + Int64(place), id: envelope.id, type: envelope.type, author: envelope.source,
            kid: kid.description, subject: subject, audience: names, cause: cause, releases: releases,
            recorded: now, event: event)
        drafts.append(DraftedEvent(signing: signing, recorded: recorded))
        details.append(Detail())
        places[envelope.id] = place
        try writer.apply(
            recorded, pairedWith: event.otherPerson.flatMap { try Admission.reference(to: $0, in: store.vault) })
        let changesKeys = try keys.apply(recorded)
        if case .agencyRegistered(let data) = event.data, data.site != nil { try keys.readAbroad(writer.reader) }
        if changesKeys {
            keysChanged = true
            shelf.forget()
        }
        shelf.follow(event)
        files.follow(recorded, changesKeys: changesKeys)
        switch event.data {
        case .peerAdded, .peerRemoved: (standings, peersChanged) = (nil, true)
        default: break
        }
        return place
    }

    /// The audience as the entry has it: sorted by bytes, with the author.
    private static func names(_ audience: Admitted.Audience, of event: SharingEvent) throws -> [String] {
        guard case .agencies(let agencies) = audience else { return ["*"] }
        var seen: Set<AgencyID> = []
        var names = ([event.envelope.source] + agencies).filter { seen.insert($0).inserted }.map(\.text)
        if event.saysNo || event.isToldByTheSite {
            names = Array(names.prefix(ServiceLimits.audienceOfANo))
        } else if names.count > ServiceLimits.audienceAgencies {
            throw Rejection(
                .invalid, "audience-too-large",
                "more than \(ServiceLimits.audienceAgencies) agencies would have to read this event; split it into several"
            )
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Decides what an event asks, and appends the site's signed decision right behind it.
    private mutating func decide(
        _ task: DecisionTask, on place: Int, _ event: SharingEvent, _ subject: SubjectReference?
    ) throws {
        guard let subject, let holder = try writer.reader.agency(task.holder),
            holder.site == nil || holder.site == store.origin
        else { return }
        let index = size + Int64(place)
        let decided = try judge(
            task, EventReference(id: event.envelope.id, index: index + arrived), at: index, subject)
        let (decision, decidedPlace) = try append(decided, task, on: event.envelope, subject)
        details[place].outcome = decision.outcome.rawValue
        details[place].follows.append(decidedPlace)
        guard let disclosure = try writer.reader.disclosure(of: event.envelope.id) else { return }
        details[place].decision = try DecisionSight(reader: writer.reader).json(
            decision, toPoster: event.envelope.source, of: disclosure)
    }

    /// - Parameter index: position in the log at which it is decided.
    private mutating func judge(
        _ task: DecisionTask, _ event: EventReference, at index: Int64, _ subject: SubjectReference
    ) throws -> Decision {
        let replicas = try standings ?? store.replicas.standings(writer.reader)
        standings = replicas
        let docket = FactGathering(reader: writer.reader, keys: keys, files: files, replicas: replicas)
        let question = try docket.question(task, about: event)
        let facts = try docket.facts(about: subject, for: question, at: index, now: now, shelf: &shelf)
        let decision = Judge.decide(question, facts)
        if decision.items.contains(where: { $0.codes.contains(.evaluationError) }) {
            metrics.count("sharing_evaluation_errors_total")
            logger.critical("a decision was referred because evaluating it failed", metadata: ["index": "\(index)"])
        }
        return decision
    }

    /// Appends a decision, to be signed with the batch.
    /// - Returns: the decision as it will be signed, and its place among the drafts.
    private mutating func append(
        _ decided: Decision, _ task: DecisionTask, on request: Envelope, _ subject: SubjectReference
    ) throws -> (Decision, Int) {
        let (decision, own) = try event(for: decided, task, on: request)
        let released = task.releases.map { [$0] } ?? []
        let releases = decision.released(of: task.items.map(\.code)).isEmpty ? [] : released
        let place = try append(
            .own(own.unsigned), own.event, kid: own.unsigned.keyID, subject: subject,
            names: Self.names(.agencies([task.holder, task.recipient]), of: own.event), cause: request.id,
            releases: releases)
        return (decision, place)
    }

    /// A decision's event. One that cannot be put into an event all the same is an error while evaluating: the same answer without what came
    /// with it if it was share-first, else referred to the holder.
    private func event(
        for decision: Decision, _ task: DecisionTask, on request: Envelope
    ) throws -> (Decision, (unsigned: UnsignedEvent, event: SharingEvent)) {
        let signing = DecisionSigning(store: store)
        let isPush = task.kind.isPush
        do {
            return (decision, try signing.event(decision, on: request, isPush: isPush, at: now))
        } catch {
            let bare = decision.withoutCircumstances(contact: task.holder.text)
            return (bare, try signing.event(bare, on: request, isPush: isPush, at: now))
        }
    }

    /// For a receipt: the digest of what was released to its author by the delivery that it names.
    private func releasedDigest(for receipt: SharingEvent) throws -> String? {
        guard case .disclosureReceipted(let data) = receipt.data,
            let content = try writer.reader.disclosure(of: data.delivery)?.contentEvent, let place = places[content],
            let items = try writer.reader.releasedItems(of: content, to: receipt.envelope.source),
            let verified = drafts[place].received
        else { return try knownEvents.releasedDigest(for: receipt) }
        return ReleasedContent(jws: verified.jws, inOrder: verified.resolved.inOrder, items: items).digest
    }

    /// How many events a core takes at a time, half of them the site's own: signing one of these and reading it back takes some 60 µs.
    private static let signedAtOnce = 4

    /// What is to be appended, in its order. What the site says itself is signed here, on all cores: its order and its bytes are settled, and
    /// nothing else hangs on a signature.
    /// - Throws: if something cannot be signed, or does not read as it was decided; then nothing may be appended.
    func signed() throws(OwnEventError) -> [EntryDraft] {
        let hasOwn = drafts.contains { $0.received == nil }
        let signed = AllCores.map(drafts, atOnce: hasOwn ? Self.signedAtOnce : drafts.count) { draft in
            Result { () throws(OwnEventError) in try draft.draft() }
        }
        var ready: [EntryDraft] = []
        for draft in signed { ready.append(try draft.get()) }
        return ready
    }

    var isEmpty: Bool { drafts.isEmpty }

    /// What everybody is told, in the order in which they handed in. Call it after the commit.
    func answers(appended: [AppendedEntry]) throws -> [Answer] {
        let checkpoint = store.log.head.checkpoint.note
        return try fates.map { fate in
            switch fate {
            case .rejected(let rejection): return .failure(rejection)
            case .known(let index):
                return .success(try ReceiptReading(store: store).receipt(at: index))
            case .drafted(let place, let isRepeat):
                let entry = appended[place]
                let detail = details[place]
                return .success(
                    Receipt(
                        id: entry.entry.id, index: entry.index, leafHash: entry.leafHash.bytes,
                        recorded: entry.entry.recorded, outcome: detail.outcome, checkpoint: checkpoint,
                        decision: detail.decision,
                        follows: detail.follows.map {
                            .init(
                                id: appended[$0].entry.id, index: appended[$0].index, type: appended[$0].entry.type)
                        }, isRepeat: isRepeat))
            }
        }
    }
}

extension Rejection {
    fileprivate static let idInUse = Rejection(
        .conflict, "id-in-use",
        "another event has this id; the same event is sent again with the same bytes, a new one with a new id")
}
