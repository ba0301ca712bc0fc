import Encodings
import SharingModel

/// What is said beside a code. Put into words only where somebody reads it: of all that stops a question's flows one is
/// told, and writing out dates costs more than judging by them.
enum Detail: ExpressibleByStringLiteral {
    case text(String)
    /// `withdrawn 2026-03-01`
    case day(String, CalendarDay)
    /// `until 2026-03-31`
    case moment(String, DateOrTime)
    /// `public-interest not recorded by the holder`
    case law(LegalCode, String)
    /// `partner.example as of 2026-03-01T10:00:00Z`
    case replica(Replica)

    init(stringLiteral text: String) { self = .text(text) }

    var words: String {
        switch self {
        case .text(let text): text
        case .day(let lead, let day): "\(lead) \(day)"
        case .moment(let lead, let moment): "\(lead) \(moment)"
        case .law(let code, let trail): code.text + trail
        case .replica(let replica): "\(replica.origin) as of \(replica.asOf)"
        }
    }
}
