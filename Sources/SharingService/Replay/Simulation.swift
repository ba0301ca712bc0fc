package import Encodings
package import EventStore
package import SharingModel
import SharingPolicy

/// What would have been decided had a draft been in force: every decision on record since a day is taken again, once as things stood and
/// once with the draft in place of all versions of the agreement of its name.
package struct Simulation: Sendable {
    /// A decision of which at least one item would have been answered differently. Names no person.
    package struct Flip: Sendable {
        package struct Item: Sendable, Hashable {
            package let item: ItemCode
            package let before: ItemDecision.Result
            package let after: ItemDecision.Result
            /// Why not, where it would not be permitted.
            package let codes: [RefusalCode]
        }

        /// The event that was decided.
        package let event: UniqueID
        package let index: Int64
        package let recorded: Instant
        package let type: String
        package let from: AgencyID
        package let to: AgencyID
        package let purpose: PurposeCode
        package let before: Decision.Outcome
        package let after: Decision.Outcome
        package let items: [Item]
    }

    package let flips: [Flip]
    /// How many decisions were taken again.
    package let decisions: Int

    /// - Parameters:
    ///   - draft: taken to be signed by all and in force the whole time, whatever its dates.
    ///   - since: decisions on what was recorded from then on; a day begins in the time zone of the baseline of the time.
    ///   - log: with its vault, because the events' members are needed.
    /// - Throws: `ExplanationError.noVault`; `SiteError` where a body needed for the replay cannot be opened.
    package static func of(
        _ draft: Agreement, since: DateOrTime, in log: ReadOnlyLog, replicas: any ReplicaShelf,
        progress: (_ done: Int64, _ of: Int64) -> Void
    ) throws -> Simulation {
        let retaking = try Retaking(log, replicas: replicas)
        // No time zone is further from UTC than a day.
        let earliest = since.start(in: .utc).adding(seconds: -86_400)
        var flips: [Flip] = []
        var decisions = 0
        for decided in try decided(in: log, from: earliest) {
            let (event, question, facts) = try retaking.question(
                on: decided.event, at: decided.index, known: decided.known, progress: progress)
            guard event.recorded >= since.start(in: facts.baseline?.timeZone ?? .utc) else { continue }
            decisions += 1
            let before = Judge.decide(question, facts)
            let after = Judge.decide(question, facts.with(draft))
            if let flip = Flip(event, question, before, after) { flips.append(flip) }
        }
        progress(log.head.size, log.head.size)
        return Simulation(flips: flips, decisions: decisions)
    }

    /// What was decided here, and where; in the order of the positions.
    private static func decided(in log: ReadOnlyLog, from earliest: Instant) throws -> [Decided] {
        var found: [UniqueID: Decided] = [:]
        for place in try Replay.size(of: .time(earliest), in: log)..<log.head.size {
            let entry = try log.entry(at: place)
            guard entry.type == EventType.disclosureDecided.rawValue, let event = entry.cause,
                case .disclosureDecided(let data) = try Replay.recorded(entry, at: place, log.body(at: place)).event
                    .data
            else { continue }
            let index = try log.index(of: event) ?? data.decision.at
            found[event] = Decided(event: event, index: index, known: data.decision.replicas)
        }
        return found.values.sorted { ($0.index, $0.event) < ($1.index, $1.event) }
    }

    private struct Decided {
        let event: UniqueID
        let index: Int64
        let known: [Replica]
    }
}

extension Facts {
    /// With a draft in place of every version of the agreement of its name.
    fileprivate func with(_ draft: Agreement) -> Facts {
        var facts = self
        // An event that never was: signatures that are only supposed.
        let nobody = UniqueID.random()
        facts.agreements.removeAll { $0.name == draft.id }
        facts.agreements.append(
            AgreementOnRecord(
                name: draft.id, version: draft.version, document: .readable(draft.withoutDates),
                signatures: draft.parties.map {
                    .init(agency: $0.agency, event: EventReference(id: nobody, index: 0))
                }))
        return facts
    }
}

extension Simulation.Flip {
    fileprivate init?(_ event: RecordedEvent, _ question: Question, _ before: Decision, _ after: Decision) {
        var results: [ItemCode: ItemDecision.Result] = [:]
        for item in before.items { results[item.item] = item.result }
        items = after.items.compactMap { item in
            guard let old = results[item.item], old != item.result else { return nil }
            return Item(item: item.item, before: old, after: item.result, codes: item.codes)
        }
        guard !items.isEmpty else { return nil }
        self.event = event.id
        index = event.index
        recorded = event.recorded
        type = event.type
        from = question.holder.agency
        to = question.recipient.agency
        purpose = question.purpose
        self.before = before.outcome
        self.after = after.outcome
    }
}

extension Simulation {
    /// How many decisions would flip, by a text.
    package func counts(by text: (Flip) -> [String]) -> [(name: String, count: Int)] {
        var counts: [String: Int] = [:]
        for flip in flips { for name in text(flip) { counts[name, default: 0] += 1 } }
        return counts.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    package var json: JSON {
        func object(_ counts: [(name: String, count: Int)]) -> JSON {
            .object(JSONObject(counts.map { ($0.name, .integer(Int64($0.count))) }))
        }
        return .object([
            "decisions": .integer(Int64(decisions)), "flips": .array(flips.map(\.json)),
            "byPurpose": object(counts { [$0.purpose.text] }),
            "byAgency": object(counts { [$0.from.text, $0.to.text] }),
        ])
    }
}

extension Simulation.Flip {
    package var json: JSON {
        .object([
            "event": .string(event.description), "index": .integer(index), "recorded": .string(recorded.description),
            "type": .string(type), "from": .string(from.text), "to": .string(to.text),
            "purpose": .string(purpose.text), "before": .string(before.rawValue), "after": .string(after.rawValue),
            "items": .array(
                items.map { item in
                    .object([
                        "item": .string(item.item.text), "before": .string(item.before.rawValue),
                        "after": .string(item.after.rawValue), "codes": .strings(item.codes.map(\.rawValue)),
                    ])
                }),
        ])
    }
}
