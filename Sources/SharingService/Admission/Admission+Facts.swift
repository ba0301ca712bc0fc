import Encodings
import EventStore
import Projections
import SharingModel

/// Rules of facts about a person that go beyond author and members.
extension Admission {
    /// Agencies that a bar is to bind must be known here: a bar on somebody misspelt would bind nobody.
    func checkHolders(_ holders: [AgencyID]?) throws {
        for (position, holder) in (holders ?? []).enumerated() {
            try checkEnrolled(holder, at: "/data/holders/\(position)")
        }
    }

    /// Only what the author itself put up can be taken down by it.
    func checkUnshield(_ data: SubjectShield, _ event: SharingEvent) throws {
        try checkHolders(data.holders)
        let own = try subject(of: event).map { try reader.shields(of: $0) }?.filter {
            $0.head.author == event.envelope.source
        }
        // A lifting under a key that is not trusted any more lifted nothing, and may be given again.
        let lifts = own?.filter { $0.lifts && keys.permits($0.head.kid, recorded: $0.head.recorded) } ?? []
        let standing = own?.contains { shield in
            !shield.lifts && shield.against.overlaps(data.against) && Self.overlap(shield.holders, data.holders)
                && !lifts.contains { lift in
                    lift.head.index > shield.head.index
                        && (lift.covers(shield.against, shield.holders) || lift.covers(data.against, data.holders))
                }
        }
        guard standing == true else {
            throw Rejection(
                .conflict, "nothing-shielded", "no shield of this agency stands there, so there is none to take down")
        }
    }

    private static func overlap(_ left: [AgencyID]?, _ right: [AgencyID]?) -> Bool {
        guard let left, let right else { return true }
        return !Set(left).isDisjoint(with: right)
    }

    /// What began is ended by whoever recorded it.
    /// - Parameter noun: of what is ended; its member's name in the event.
    func checkEnding(_ data: RecordEnded, of noun: FactNoun, member: String, _ event: SharingEvent) throws {
        let author = event.envelope.source
        guard let fact = try reader.fact(noun, data.record) else { throw unknown(member) }
        guard fact.author == author else {
            // Who may read it is told whose it is to end; to others it does not exist.
            throw try reader.mayRead(fact.index, author) ? Self.wrongAuthor : unknown(member)
        }
        try checkSamePerson(event, as: fact.subject)
        let hasEnded = fact.endings.contains { keys.permits($0.kid, recorded: $0.recorded) }
        guard !hasEnded else {
            throw Rejection(.conflict, "ended-already", "this has ended already")
        }
    }

    /// What becomes of an objection is for the agency that took it, and for those whose information it is about.
    func change(_ data: ObjectionChange, _ event: SharingEvent) throws {
        let author = event.envelope.source
        guard let fact = try reader.fact(.objection, data.objection),
            let row = try reader.objections(of: fact.subject).first(where: { $0.head.event == data.objection }),
            row.head.author == author || row.holders?.contains(author) == true
        else { throw Self.wrongAuthor }
        try checkSamePerson(event, as: row.head.subject)
        let allowed = ObjectionChange.Verb.allowed(after: row.state)
        guard allowed.contains(data.verb) else {
            let names = allowed.map(\.rawValue).joined(separator: ", ")
            throw Rejection(
                .conflict, "forbidden-transition",
                "an objection that is \(row.state?.rawValue ?? "raised") cannot be \(data.verb.rawValue); allowed: \(names.isEmpty ? "nothing" : names)"
            )
        }
    }

    /// A consent that an involvement rests on stands, is this person's, and is known to the author.
    func check(_ data: InvolvementStarted, _ event: SharingEvent) throws {
        guard let id = data.consent else { return }
        guard let consent = try reader.consent(id), try reader.mayRead(consent.index, event.envelope.source) else {
            throw unknown("consent")
        }
        try checkSamePerson(event, as: consent.subject)
        guard consent.withdrawal == nil else {
            throw Rejection.invalid("/data/consent", "consent-withdrawn", "this consent has been withdrawn")
        }
    }

    /// A baseline is followed by a newer one only: what the law was on a day is in the document of that day.
    func check(_ data: BaselineAdopted) throws {
        guard let baseline, baseline.id == data.baseline.id, baseline.version >= data.baseline.version else { return }
        throw Rejection(
            .conflict, "baseline-old",
            "version \(baseline.version) of this baseline is in force; a new one must have a higher `version`")
    }

    /// The person of an event, if known here.
    func subject(of event: SharingEvent) throws -> SubjectReference? {
        try event.envelope.subject.flatMap { try vault.reference(for: $0.text) }.map(SubjectReference.init)
    }
}

extension ObjectionChange.Verb {
    /// What may become of an objection; lifted is for good.
    static func allowed(after state: ObjectionChange.Verb?) -> [ObjectionChange.Verb] {
        switch state {
        case nil: [.upheld, .overridden, .lifted]
        case .upheld: [.overridden, .lifted]
        case .overridden: [.upheld, .lifted]
        case .lifted: []
        }
    }
}

extension ShieldRow {
    fileprivate func covers(_ other: SubjectShield.Against, _ holders: [AgencyID]?) -> Bool {
        coversHolders(of: holders) && against.covers(other)
    }
}

extension SubjectShield.Against {
    fileprivate func covers(_ other: SubjectShield.Against) -> Bool {
        guard case .agencies(let own) = self else { return true }
        guard case .agencies(let others) = other else { return false }
        return Set(others).isSubset(of: own)
    }

    fileprivate func overlaps(_ other: SubjectShield.Against) -> Bool {
        guard case .agencies(let own) = self, case .agencies(let others) = other else { return true }
        return !Set(own).isDisjoint(with: others)
    }
}
