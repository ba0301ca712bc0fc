import Encodings
import SharingModel

/// The baseline's dated rules, as they apply to an agreement on the day of the decision.
struct Law {
    private let baseline: Baseline?
    private let nation: String
    private let docket: Docket

    init(_ candidate: Candidate) {
        baseline = candidate.baseline
        nation = candidate.inPlay.agreement.nation
        docket = candidate.docket
    }

    func rule<Rule>(_ rules: KeyPath<Baseline, [LegalCode: Rule]>, _ code: LegalCode) -> Rule? {
        baseline?[keyPath: rules][code]
    }

    /// In force today, in the agreement's nation.
    func applies(_ dated: Dated) -> Bool {
        dated.isInForce(on: docket.today) && Self.nations(of: dated.nation).contains(nation)
    }

    /// When the rules end, those that do.
    func ends(_ dated: Dated...) -> [Instant] { dated.compactMap { $0.until.map { docket.zone.end(of: $0) } } }

    /// A law's extent: an Act of the United Kingdom applies in each nation, others in one or two of them.
    private static func nations(of extent: String) -> Set<String> {
        switch extent {
        case "uk": ["uk", "great-britain", "england-and-wales", "england", "wales", "scotland", "northern-ireland"]
        case "great-britain": ["great-britain", "england-and-wales", "england", "wales", "scotland"]
        case "england-and-wales": ["england-and-wales", "england", "wales"]
        default: [extent]
        }
    }
}
