package import Encodings
package import SharingModel

/// A passage in words, for tables, pages and programs.
package struct PassageRow: Sendable, Hashable {
    package static let columns = [
        "from", "to", "purpose", "items", "subjects", "basis", "confidentiality", "consent", "conditions",
        "obligations",
        "flow",
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
            flow.obligations.list.map { "\($0.kind) \($0.value)" }.joined(separator: ", "), passage.reference,
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
            "a referral; \(dates)", "", "share-first",
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
    /// Who may give what to whom for what.
    package func matrix() -> [PassageRow] { passages().map { PassageRow($0, baseline) } }

    /// Everyone who could ever see an item, and through which flow; what is shared first included.
    ///
    /// A parent stands for its leaves; of each row the leaves that can pass are shown.
    package func whoCan(see item: ItemCode) -> [PassageRow] {
        let leaves = Set(baseline.items.leaves(of: item))
        let flows = passages().compactMap { passage -> PassageRow? in
            let seen = passage.items.intersection(leaves)
            guard !seen.isEmpty else { return nil }
            return PassageRow(
                Passage(
                    from: passage.from, to: passage.to, agreement: passage.agreement, flow: passage.flow, items: seen,
                    supposing: passage.supposing), baseline)
        }
        let first = baseline.shareFirst.filter { $0.dated.from != nil && !leaves.isEmpty }
        return flows + first.map { PassageRow($0, items: baseline.items.summary(of: leaves)) }
    }
}
