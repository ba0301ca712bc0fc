extension AgreementCheck {
    /// Flows that answer the same question differently.
    mutating func checkContradictions() {
        let reaches = agreement.flows.map { FlowReach(of: $0, in: self) }
        for (index, flow) in agreement.flows.enumerated() {
            for (earlierIndex, earlier) in agreement.flows[..<index].enumerated() where earlier.purpose == flow.purpose
            {
                let differences = [
                    earlier.consent == flow.consent ? nil : "consent", earlier.basis == flow.basis ? nil : "basis",
                ].compactMap { $0 }
                guard !differences.isEmpty, let meeting = reaches[index].meeting(with: reaches[earlierIndex]) else {
                    continue
                }
                let items = reaches[index].items(in: reaches[earlierIndex])
                guard !items.isEmpty else { continue }
                let message =
                    "flows `\(earlier.id)` (line \(line(ofFlow: earlierIndex))) and `\(flow.id)` both cover "
                    + items.map(\.text).joined(separator: ", ")
                    + " for the same agencies and purpose, with different \(differences.joined(separator: " and "))"
                switch meeting {
                case .certain:
                    fail(
                        "contradicting-flows", at: "/flows/\(index)", message,
                        hint: "make them one, or let them differ in agencies, purpose or items")
                case .possible:
                    warn(
                        "contradicting-flows", at: "/flows/\(index)", message,
                        hint: "it depends on the kinds the parties are registered as, which are not known here")
                }
            }
        }
    }

    private func line(ofFlow index: Int) -> Int { places.place(of: "/flows/\(index)", preferringKey: false)?.line ?? 0 }
}

/// What a flow reaches, worked out once for each flow, as every two are compared.
private struct FlowReach {
    enum Meeting {
        case certain
        /// It depends on kinds that are not known.
        case possible
    }

    let from: EndReach
    let to: EndReach
    let listed: [ItemCode]
    let codes: Set<ItemCode>
    /// The codes and all codes above them.
    let withAncestors: Set<ItemCode>

    /// More in a message help nobody.
    private static let itemLimit = 8

    init(of flow: Flow, in check: AgreementCheck) {
        from = EndReach(of: flow.from, in: check)
        to = EndReach(of: flow.to, in: check)
        codes = Set(flow.items)
        listed = flow.items
        var all: Set<ItemCode> = []
        for item in flow.items {
            var code: ItemCode? = item
            while let above = code, all.insert(above).inserted { code = above.parent }
        }
        withAncestors = all
    }

    /// Whether two parties can stand at the ends of both flows.
    func meeting(with other: FlowReach) -> Meeting? {
        let senders = from.parties(sharedWith: other.from)
        let recipients = to.parties(sharedWith: other.to)
        if Self.areTwo(senders.certain, recipients.certain) { return .certain }
        return Self.areTwo(
            senders.certain.union(senders.possible), recipients.certain.union(recipients.possible)) ? .possible : nil
    }

    private static func areTwo(_ senders: Set<Int>, _ recipients: Set<Int>) -> Bool {
        senders.contains { sender in recipients.contains { $0 != sender } }
    }

    /// The items of this flow that the other one covers too, in whole or in part; the first of them.
    func items(in other: FlowReach) -> [ItemCode] {
        var found: [ItemCode] = []
        for item in listed where found.count < Self.itemLimit {
            var code: ItemCode? = item
            var meets = other.withAncestors.contains(item)
            while !meets, let above = code {
                meets = other.codes.contains(above)
                code = above.parent
            }
            if meets { found.append(item) }
        }
        return found
    }
}

/// Who stands at an end of a flow, parties by their number in the agreement.
private struct EndReach {
    let certain: Set<Int>
    /// Of a kind that is not known, where the end names kinds.
    let possible: Set<Int>
    let kinds: Set<AgencyKind>

    init(of end: FlowEnd, in check: AgreementCheck) {
        let agencies = Set(end.agencies)
        let kinds = Set(end.kinds)
        var certain: Set<Int> = []
        var possible: Set<Int> = []
        for (number, party) in check.agreement.parties.enumerated() {
            if end.everyParty || agencies.contains(party.agency) {
                certain.insert(number)
            } else if let kind = check.parties[party.agency]?.kind {
                if kinds.contains(kind) { certain.insert(number) }
            } else if !kinds.isEmpty {
                possible.insert(number)
            }
        }
        self.certain = certain
        self.possible = possible
        self.kinds = kinds
    }

    /// Who stands at both of two ends. Where both name a kind, whoever is of that kind stands at both, though it is not known who that is.
    func parties(sharedWith other: EndReach) -> (certain: Set<Int>, possible: Set<Int>) {
        var sure = certain.intersection(other.certain)
        if !kinds.isDisjoint(with: other.kinds) { sure.formUnion(possible.intersection(other.possible)) }
        return (sure, certain.intersection(other.possible).union(possible.intersection(other.certain)))
    }
}
