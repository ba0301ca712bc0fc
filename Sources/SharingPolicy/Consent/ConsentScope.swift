import SharingModel

/// How closely a statement about sharing speaks of one item for one recipient: an agency before a kind before `*`,
/// then the deeper item code before the shallower. Where one consent grants what another keeps back, the more specific
/// of the two wins (DOMAIN 5.5).
struct Specificity: Hashable, Comparable {
    let recipient: Int
    let itemDepth: Int

    static func < (left: Specificity, right: Specificity) -> Bool {
        (left.recipient, left.itemDepth) < (right.recipient, right.itemDepth)
    }

    /// How closely these recipients and items speak of the matter; nil where they do not cover it.
    init?(recipients: [RecipientSelector], items: ItemSelection, matter: ConsentMatter) {
        let selectors = recipients.filter { $0.covers(matter.recipient.agency, kind: matter.recipient.kind) }
        guard let recipient = selectors.map(\.specificity).max() else { return nil }
        self.recipient = recipient
        switch items {
        case .all: itemDepth = 0
        case .codes(let codes):
            guard let deepest = codes.filter({ $0.covers(matter.item) }).map(\.depth).max() else { return nil }
            itemDepth = deepest
        }
    }
}

/// What a consent would have to be about.
struct ConsentMatter {
    let purpose: PurposeCode
    let item: ItemCode
    let holder: AgencyID
    let recipient: Question.Party
}

extension ConsentOnRecord {
    /// How closely the consent grants the matter; nil where it is about something else, or keeps the matter back itself.
    ///
    /// Its own exceptions are part of what its giver said yes to, so they need not be specific: "everything to the
    /// council, health to nobody" grants no health to the council.
    func grant(of matter: ConsentMatter) -> Specificity? {
        guard isAboutPurposeAndHolder(of: matter), exception(to: matter) == nil else { return nil }
        return Specificity(recipients: recipients, items: items, matter: matter)
    }

    /// How closely the closest of its exceptions speaks of the matter; nil where none does.
    func exception(to matter: ConsentMatter) -> Specificity? {
        guard isAboutPurposeAndHolder(of: matter) else { return nil }
        return exceptions.compactMap { Specificity(recipients: $0.to, items: $0.items, matter: matter) }.max()
    }

    /// Whether it names the recipient itself, so that the recipient may read it.
    func names(_ agency: AgencyID) -> Bool { recipients.contains(.agency(agency)) }

    private func isAboutPurposeAndHolder(of matter: ConsentMatter) -> Bool {
        purposes.contains(matter.purpose) && (holders?.contains(matter.holder) ?? true)
    }
}

extension RefusalOnRecord {
    func covers(_ matter: ConsentMatter) -> Bool {
        purposes.contains(matter.purpose) && (holders?.contains(matter.holder) ?? true)
            && Specificity(recipients: recipients, items: items, matter: matter) != nil
    }
}

extension ItemCode {
    /// Number of parts: `health.summary` has 2.
    var depth: Int { text.utf8.reduce(1) { $1 == UInt8(ascii: ".") ? $0 + 1 : $0 } }
}
