import SharingModel

/// How closely a statement about sharing speaks of one item for one recipient: an agency before a kind before `*`,
/// then the deeper item code before the shallower. Where one consent grants what another keeps back, the more specific
/// of the two wins (DOMAIN 5.5).
struct Specificity: Hashable, Comparable {
    let recipient: Int
    let itemDepth: Int

    init(recipient: Int, itemDepth: Int) {
        self.recipient = recipient
        self.itemDepth = itemDepth
    }

    static func < (left: Specificity, right: Specificity) -> Bool {
        (left.recipient, left.itemDepth) < (right.recipient, right.itemDepth)
    }

    /// How closely these recipients and items speak of an item for a recipient; nil where they do not cover it.
    init?(recipients: [RecipientSelector], items: ItemSelection, item: ItemCode, recipient: Question.Party) {
        guard let rank = recipients.rank(of: recipient), let depth = items.depth(of: item) else { return nil }
        self.init(recipient: rank, itemDepth: depth)
    }
}

/// What a consent would have to be about.
struct ConsentMatter {
    let docket: Docket
    let item: ItemInQuestion
}

/// A statement about sharing for some purposes, of some items, with some recipients, about the data of some holders.
protocol StatementOfScope {
    var purposes: [PurposeCode] { get }
    var items: ItemSelection { get }
    var recipients: [RecipientSelector] { get }
}

extension StatementOfScope {
    /// - Parameter holders: whose data it is about; nil is any holder's.
    func covers(_ matter: ConsentMatter, holders: [AgencyID]?) -> Bool {
        let question = matter.docket.question
        return purposes.contains(question.purpose) && (holders?.contains(question.holder.agency) ?? true)
            && recipients.rank(of: question.recipient) != nil && items.depth(of: matter.item.code) != nil
    }
}

extension ConsentOnRecord {
    /// Whether it names the recipient itself, so that the recipient may read it.
    func names(_ agency: AgencyID) -> Bool { recipients.contains(.agency(agency)) }
}

extension RefusalOnRecord: StatementOfScope {
    func covers(_ matter: ConsentMatter) -> Bool { covers(matter, holders: holders) }
}

extension ObjectionOnRecord: StatementOfScope {
    func covers(_ matter: ConsentMatter) -> Bool { covers(matter, holders: holders) }
}

extension BestInterestsOnRecord: StatementOfScope {
    /// Whether it was decided that this may be shared, under a key that is trusted.
    func covers(_ matter: ConsentMatter) -> Bool { !isUnderRevokedKey && covers(matter, holders: nil) }
}

extension [RecipientSelector] {
    /// How closely the closest of them speaks of a recipient; nil where none covers it.
    func rank(of recipient: Question.Party) -> Int? {
        var best: Int?
        for selector in self where selector.covers(recipient.agency, kind: recipient.kind) {
            best = Swift.max(best ?? 0, selector.specificity)
        }
        return best
    }
}

extension ItemSelection {
    /// How deep the deepest code is that covers an item, 0 for everything; nil where none does.
    func depth(of item: ItemCode) -> Int? {
        switch self {
        case .all: return 0
        case .codes(let codes):
            var deepest: Int?
            for code in codes where code.covers(item) { deepest = Swift.max(deepest ?? 0, code.depth) }
            return deepest
        }
    }
}

extension ItemCode {
    /// Number of parts: `health.summary` has 2.
    var depth: Int { text.utf8.reduce(1) { $1 == UInt8(ascii: ".") ? $0 + 1 : $0 } }
}
