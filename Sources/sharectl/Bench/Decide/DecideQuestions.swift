import Encodings
import SharingModel
import SharingPolicy
import SharingService

/// The questions of a measurement, each drawn from its number: most are such as agencies ask, some lack a role, a referral, a purpose or a party.
struct DecideQuestions {
    struct Asked {
        let person: Int
        let task: DecisionTask
    }

    let world: DecideWorld

    private struct Way {
        let flow: String
        let purpose: String
        let items: [String]
        let roles: [String]
    }

    private static let ways = [
        Way(
            flow: "early-help", purpose: "early-help",
            items: ["identity", "contact", "family", "health.summary", "person.views"],
            roles: ["social-worker", "early-help-worker", "health-visitor"]),
        Way(
            flow: "engagement", purpose: "early-help",
            items: ["identity", "contact", "family", "education.attendance", "person.views"],
            roles: ["teacher", "headteacher", "social-worker"]),
        Way(
            flow: "safeguarding", purpose: "safeguarding-children",
            items: ["identity", "contact", "family", "education.attendance"], roles: ["social-worker", "nurse"]),
        Way(
            flow: "care", purpose: "direct-care",
            items: ["identity", "contact", "health.summary", "health.medication", "social.plan"],
            roles: ["nurse", "doctor", "care-coordinator"]),
    ]
    private static let otherItems = ["finance", "housing", "health.mental", "police", "education.exclusion"]
    private static let mostItems = 4

    /// - Parameter number: of the question; each is about a person drawn at random.
    func question(_ number: Int) -> Asked {
        var source = SeededSource(seed: world.seed ^ 0xA54E_D000_0000 &+ UInt64(number))
        let person = source.number(below: world.persons)
        let area = source.chance(90) ? world.home(of: person) : source.pick(world.partnerships)
        let way = source.pick(Self.ways)
        var ends = Self.ends(of: way, in: area, &source)
        if source.chance(4) { ends = (ends.1, ends.0) }
        let items = (0..<(1 + source.number(below: Self.mostItems))).map { _ in
            source.chance(88) ? source.pick(way.items) : source.pick(Self.otherItems)
        }
        let kind: Question.Kind = source.chance(75) ? .request : source.chance(80) ? .delivery : .referral
        return Asked(
            person: person,
            task: DecisionTask(
                kind: kind, holder: ends.0, recipient: ends.1,
                purpose: PurposeCode(unchecked: source.chance(95) ? way.purpose : "audit"),
                items: Set(items).sorted().map { Question.Item(ItemCode(unchecked: $0)) },
                role: RoleCode(unchecked: source.chance(90) ? source.pick(way.roles) : "administrator")))
    }

    /// Holder and recipient as the flow has them.
    private static func ends(
        of way: Way, in area: DecideWorld.Partnership, _ source: inout SeededSource
    ) -> (AgencyID, AgencyID) {
        switch way.flow {
        case "early-help": (area.nhs, area.council)
        case "engagement": source.chance(50) ? (area.council, area.school) : (area.school, area.council)
        case "safeguarding": source.chance(70) ? (area.nhs, area.council) : (area.school, area.council)
        default: source.chance(50) ? (area.council, area.nhs) : (area.nhs, area.council)
        }
    }
}
