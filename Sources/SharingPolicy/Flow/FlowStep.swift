import Encodings
import SharingModel

/// One rung of the ladder a flow climbs for an item (DOMAIN 5.4). Each lives in a file of its own.
protocol FlowStep: Sendable {
    var rung: Rung { get }

    func examine(_ candidate: Candidate) -> StepAnswer
}

/// The rungs, in the order in which they are climbed. The spelling stands in decisions as `failed`.
enum Rung: String, CaseIterable, Comparable {
    case parties, dates, state, purpose, person, item, role, referral, basis, staleness, consent, inseparable

    private var height: Int { Self.allCases.firstIndex(of: self) ?? 0 }

    static func < (left: Rung, right: Rung) -> Bool { left.height < right.height }
}

/// A flow held against one item of the question.
struct Candidate {
    let docket: Docket
    let inPlay: AgreementInPlay
    let flow: Flow
    /// `liverpool-mash/3/nhs-to-council-safeguarding`
    let reference: String
    let item: ItemCode

    var question: Question { docket.question }
    var baseline: Baseline? { docket.facts.baseline }
}

/// What a permit rests on.
struct Grounds {
    var facts: [EventReference] = []
    /// Moments after which it no longer holds. Only of what the recipient may know: agreement, law, consents that name
    /// it. A birthday or somebody else's consent would show through `validUntil`, and delivery is decided again anyway
    /// (DOMAIN 5.10).
    var ends: [Instant] = []

    mutating func add(_ other: Grounds) {
        facts += other.facts
        ends += other.ends
    }
}

enum StepAnswer {
    case passes(Grounds)
    case stops(Stop)

    static let passes = StepAnswer.passes(Grounds())

    static func stops(
        _ code: RefusalCode, isReferred: Bool = false, fact: EventReference? = nil, detail: String? = nil
    ) -> StepAnswer {
        .stops(Stop(code: code, isReferred: isReferred, fact: fact, detail: detail))
    }
}

/// Why a flow got no further.
struct Stop {
    let code: RefusalCode
    /// A fact is missing that somebody may still supply, so people are asked (DOMAIN 5.8).
    var isReferred = false
    /// The event that decided it.
    var fact: EventReference?
    var detail: String?
    /// How far a consent got, where that is what stopped it.
    var consent: ConsentFailure?
}
