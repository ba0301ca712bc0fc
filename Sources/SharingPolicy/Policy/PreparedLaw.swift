import SharingModel

/// A baseline made ready for many questions. It never changes.
final class PreparedLaw: Sendable {
    let baseline: Held<Baseline>?
    let zone: SiteTimeZone
    /// Every item, parents too, each at its number.
    let items: [PreparedItem]
    /// The duties to share, by name, in the baseline's own nation.
    let duties: [PreparedDuty]
    private let itemsByCode: [ItemCode: PreparedItem]
    private let leavesByCode: [ItemCode: [PreparedItem]]

    init(_ baseline: Baseline?) {
        self.baseline = baseline.map(Held.init)
        let zone = baseline?.timeZone ?? .utc
        self.zone = zone
        let tree = baseline?.items
        let items = (tree?.items ?? [:]).sorted { $0.key < $1.key }.enumerated().map { number, entry in
            PreparedItem(entry.key, entry.value, number: number)
        }
        self.items = items
        let byCode = Dictionary(uniqueKeysWithValues: items.map { ($0.code, $0) })
        itemsByCode = byCode
        var leaves: [ItemCode: [PreparedItem]] = [:]
        for item in items where tree?.leaves(of: item.code) == [item.code] {
            var code: ItemCode? = item.code
            while let ancestor = code {
                leaves[ancestor, default: []].append(item)
                code = ancestor.parent
            }
        }
        leavesByCode = leaves
        let nation = baseline?.nation ?? ""
        duties = (baseline?.duties ?? [:]).sorted { $0.key < $1.key }.map { name, duty in
            PreparedDuty(name: name, rule: PreparedRule(duty, duty.dated, in: nation, zone))
        }
    }

    /// Nil for a word that the baseline does not know.
    func item(_ code: ItemCode) -> PreparedItem? { itemsByCode[code] }

    /// The known leaves that a code covers, sorted; itself if it is a leaf, none if it is unknown.
    func leaves(of code: ItemCode) -> [PreparedItem] { leavesByCode[code] ?? [] }
}

/// What a baseline says of an item. A class, because every question about the item holds it; it never changes.
final class PreparedItem: Sendable {
    let code: ItemCode
    let protection: ItemClass
    /// Every agency has its own of it.
    let isCommon: Bool
    /// A parent speaks for the person until the end of compulsory schooling.
    let isUntilSchoolLeaving: Bool
    /// Its place among the baseline's items.
    let number: Int

    init(_ code: ItemCode, _ item: ItemTree.Item, number: Int) {
        self.code = code
        protection = item.class
        isCommon = item.common
        isUntilSchoolLeaving = item.untilSchoolLeaving
        self.number = number
    }
}

/// A duty to share, by its name.
struct PreparedDuty: Sendable {
    let name: LegalCode
    let rule: PreparedRule<DutyRule>
}
