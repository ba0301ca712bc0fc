import Encodings
import SharingModel

/// The baseline's dated rules, as they apply to an agreement on the day of the decision.
struct Law {
    private let nation: String
    private let docket: Docket

    init(_ candidate: Candidate) {
        self.init(candidate.docket, nation: candidate.nation)
    }

    init(_ docket: Docket, nation: String) {
        self.nation = nation
        self.docket = docket
    }

    /// A rule by its name.
    /// - Parameter rules: where it stands, `\.article6`.
    func rule<Rule>(_ rules: (Baseline) -> [LegalCode: Rule], _ code: LegalCode) -> Rule? {
        docket.baseline.flatMap { rules($0.value)[code] }
    }

    /// In force today, in the agreement's nation.
    func applies(_ dated: Dated) -> Bool {
        dated.isInForce(on: docket.today) && Self.extends(dated.nation, to: nation)
    }

    /// When the rules end, those that do.
    func ends(_ dated: Dated...) -> [Instant] { dated.compactMap { $0.until.map { docket.zone.end(of: $0) } } }

    /// A law's extent: an Act of the United Kingdom applies in each nation, others in one or two of them.
    private static func extends(_ extent: String, to nation: String) -> Bool {
        if extent == nation { return true }
        switch extent {
        case "uk":
            return ["great-britain", "england-and-wales", "england", "wales", "scotland", "northern-ireland"]
                .contains(nation)
        case "great-britain": return ["england-and-wales", "england", "wales", "scotland"].contains(nation)
        case "england-and-wales": return ["england", "wales"].contains(nation)
        default: return false
        }
    }
}
