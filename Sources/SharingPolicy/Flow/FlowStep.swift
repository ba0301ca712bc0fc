import Encodings
import SharingModel

/// One rung of the ladder a flow climbs (DOMAIN 5.4) whose answer is the same for every item.
protocol FrameStep: Sendable {
    var rung: Rung { get }

    /// Nil where the flow passes.
    func stop(_ flow: PreparedFlow, _ policy: PreparedPolicy, _ question: Question, _ clock: Instant) -> Stop?
}

/// One rung that is climbed for each item. Each lives in a file of its own.
protocol FlowStep: Sendable {
    var rung: Rung { get }

    func examine(_ candidate: Candidate) -> StepAnswer
}

/// The rungs, in the order in which they are climbed. The spelling stands in decisions as `failed`.
enum Rung: String, CaseIterable, Comparable {
    case bar, parties, dates, state, purpose, person, item, role, referral, basis, staleness, consent, onward,
        inseparable

    private var height: Int {
        switch self {
        case .bar: 0
        case .parties: 1
        case .dates: 2
        case .state: 3
        case .purpose: 4
        case .person: 5
        case .item: 6
        case .role: 7
        case .referral: 8
        case .basis: 9
        case .staleness: 10
        case .consent: 11
        case .onward: 12
        case .inseparable: 13
        }
    }

    static func < (left: Rung, right: Rung) -> Bool { left.height < right.height }
}

/// A flow, or a one-off decision, held against one item of the question.
struct Candidate {
    let docket: Docket
    let flow: Held<Flow>
    /// The nation whose law applies.
    let nation: String
    let item: ItemCode
    /// The holder decided on this very occasion, so what must be recorded each time is.
    var isOneOff = false

    var question: Question { docket.question }
    var baseline: Held<Baseline>? { docket.baseline }
    var records: HolderRecords { docket.records(for: item) }
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
