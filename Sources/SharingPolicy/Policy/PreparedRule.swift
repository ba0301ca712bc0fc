import Encodings
import SharingModel

/// A dated rule of the baseline, as it applies in one nation. A class, because it is looked at for each item of each
/// question and copying it costs more than looking; it never changes.
final class PreparedRule<Rule: Sendable>: Sendable {
    let rule: Rule
    /// Nil: never in force there.
    private let from: CalendarDay?
    private let until: CalendarDay?
    /// Its last moment; nil for no end.
    let end: Instant?

    init(_ rule: Rule, _ dated: Dated, in nation: String, _ zone: SiteTimeZone) {
        self.rule = rule
        from = Self.extends(dated.nation, to: nation) ? dated.from : nil
        until = dated.until
        end = dated.until.map { zone.end(of: $0) }
    }

    func isInForce(on day: CalendarDay) -> Bool {
        guard let from, from <= day else { return false }
        return until.map { day <= $0 } ?? true
    }

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
