package import Encodings
package import SharingModel

/// A passage in words, for tables, pages and programs.
package struct PassageRow: Sendable, Hashable {
    package static let columns = [
        "from", "to", "purpose", "items", "subjects", "basis", "confidentiality", "consent", "conditions",
        "obligations", "way", "flow",
    ]

    /// In the order of the columns.
    package let cells: [String]
    package let items: [ItemCode]

    package init(_ passage: Passage, _ baseline: Baseline) {
        let flow = passage.flow
        items = baseline.items.summary(of: passage.items)
        cells = [
            passage.from.text, passage.to.text, flow.purpose.text, items.map(\.text).joined(separator: ", "),
            Self.words(flow.subjects), Self.words(flow.basis), Self.words(flow.basis.confidentiality),
            flow.consent.rawValue, Self.conditions(passage),
            flow.obligations.list.map { "\($0.kind) \($0.value)" }.joined(separator: ", "), Self.way(passage),
            passage.reference,
        ]
    }

    /// What a holder gives for once on a decision of its own, whatever is agreed.
    package init(onceGiving items: [ItemCode], under baseline: Baseline) {
        self.items = items
        cells = [
            "anybody", "anybody", "any", items.map(\.text).joined(separator: ", "), "any",
            "what the holder names, held against the law", "", "not-required", "no bar stands against it",
            "review within \(baseline.clocks.reviewOneOff.text)", "the holder decides for once",
            "one-off",
        ]
    }

    /// What is shared first, whatever is agreed: a referral to a body that the baseline names.
    package init(_ rule: ShareFirstRule, items: [ItemCode]) {
        self.items = items
        let recipients = rule.kinds.map { "any \($0.rawValue)" } + rule.agencies.map(\.text)
        let dates = [
            rule.dated.from.map { "from \($0)" } ?? "not in force", rule.dated.until.map { "until \($0)" },
        ].compactMap { $0 }.joined(separator: " ")
        cells = [
            "anybody", recipients.joined(separator: ", "), rule.purpose.text,
            items.map(\.text).joined(separator: ", "), "any", rule.dated.source, "", "not-required",
            "a referral; \(dates)", "", "shared first", "share-first",
        ]
    }

    package var json: JSON {
        var object = JSONObject(zip(Self.columns, cells).map { ($0, .string($1)) })
        object["items"] = .strings(items.map(\.text))
        return .object(object)
    }

    private static func words(_ subjects: SubjectRange) -> String {
        switch (subjects.from, subjects.to) {
        case (nil, nil): "any"
        case (let from?, nil): "from \(from)"
        case (nil, let to?): "under \(to)"
        case (let from?, let to?): "from \(from), under \(to)"
        }
    }

    private static func words(_ basis: Basis) -> String {
        var words = [basis.article6.text, basis.power?.text].compactMap { $0 }.joined(separator: ", ")
        if let special = basis.special {
            words +=
                "; special: "
                + [special.article9.text, special.schedule1?.text].compactMap { $0 }
                .joined(separator: ", ")
        }
        switch basis.criminal {
        case .officialAuthority?: words += "; criminal: official authority"
        case .schedule1(let condition, _)?: words += "; criminal: \(condition)"
        case nil: break
        }
        return words
    }

    private static func words(_ confidentiality: Confidentiality) -> String {
        [confidentiality.gateway.text, confidentiality.statute?.text].compactMap { $0 }.joined(separator: " ")
    }

    /// How it comes to pass, where that takes more than what was agreed.
    private static func way(_ passage: Passage) -> String {
        func words(_ roles: [RoleCode]) -> String { roles.map(\.text).joined(separator: ", ") }
        switch passage.way {
        case .agreed: return "as agreed"
        case .bestInterests: return "decided in the best interests of an adult who lacks capacity"
        case .brokenGlass: return "behind glass broken by " + words(passage.flow.breakGlass)
        case .settled:
            let deciders = passage.flow.decide
            return "settled by the holder's " + (deciders.isEmpty ? "people who decide" : words(deciders))
        }
    }

    private static func conditions(_ passage: Passage) -> String {
        let conditions = passage.flow.conditions
        var words: [String] = []
        if let roles = conditions.roles { words.append("as " + roles.map(\.text).joined(separator: ", ")) }
        if conditions.openReferral { words.append("while a referral is open") }
        if let span = conditions.maxStaleness { words.append("facts no older than \(span)") }
        if !passage.flow.breakGlass.isEmpty {
            words.append("break-glass by " + passage.flow.breakGlass.map(\.text).joined(separator: ", "))
        }
        words += passage.supposing.map { "if \($0)" }
        return words.joined(separator: "; ")
    }
}

extension QuestionSpace {
    /// Who may give what to whom for what; ways other than what was agreed only where they give more.
    package func matrix() -> [PassageRow] {
        let passages = passages()
        return passages.filter { passage in
            passage.way == .agreed
                || !passages.contains {
                    $0.way == .agreed && $0.isAlike(passage) && $0.items.isSuperset(of: passage.items)
                }
        }.map { PassageRow($0, baseline) }
    }

    /// Everyone who could ever see an item, through which flow and in which way; what is shared first, and what a holder gives for once,
    /// included.
    ///
    /// A parent stands for its leaves; of each row the leaves that can pass are shown.
    package func whoCan(see item: ItemCode) -> [PassageRow] {
        let leaves = Set(baseline.items.leaves(of: item))
        guard !leaves.isEmpty else { return [] }
        let flows = passages().compactMap { passage -> PassageRow? in
            let seen = passage.items.intersection(leaves)
            guard !seen.isEmpty else { return nil }
            return PassageRow(
                Passage(
                    from: passage.from, to: passage.to, agreement: passage.agreement, flow: passage.flow,
                    way: passage.way, items: seen, supposing: passage.supposing), baseline)
        }
        let first = baseline.shareFirst.filter { $0.dated.from != nil }
            .map { PassageRow($0, items: baseline.items.summary(of: leaves)) }
        let once = hasOneOffs ? baseline.items.summary(of: leaves.subtracting([.informant])) : []
        return flows + first + (once.isEmpty ? [] : [PassageRow(onceGiving: once, under: baseline)])
    }
}

extension Passage {
    fileprivate func isAlike(_ other: Passage) -> Bool {
        from == other.from && to == other.to && reference == other.reference
    }
}
