import SharingModel

/// A leaf item that a question is about, with what was worked out about it once. Belongs to one docket.
final class ItemInQuestion {
    let code: ItemCode
    /// What the baseline says of it; nil for a word that it does not know.
    let known: PreparedItem?
    /// How far each open flow gets for it, with nothing lifted.
    var climbs: [Climb]?
    /// Whether there is a consent for it, of those kinds that were asked about.
    var findings: [(kind: ConsentKind, finding: ConsentFinding)] = []

    init(_ code: ItemCode, _ known: PreparedItem?) {
        self.code = code
        self.known = known
    }

    var protection: ItemClass? { known?.protection }
}
