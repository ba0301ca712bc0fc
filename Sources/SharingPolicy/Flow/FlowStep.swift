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

    /// Why the candidate stops here; nil where it passes.
    /// - Parameter grounds: takes what passing rests on.
    func stop(_ candidate: Candidate, _ grounds: inout Grounds) -> Stop?
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
    let terms: PreparedTerms
    let item: ItemInQuestion
    /// The holder decided on this very occasion, so what must be recorded each time is.
    var isOneOff = false

    var records: HolderRecords { docket.records(for: item) }
}

/// What a permit rests on.
struct Grounds: Sendable {
    var facts: [EventReference] = []
    /// Moments after which it no longer holds. Only of what the recipient may know: agreement, law, consents that name
    /// it. A birthday or somebody else's consent would show through `validUntil`, and delivery is decided again anyway
    /// (DOMAIN 5.10).
    var ends: [Instant] = []

    /// How much there is.
    var mark: (facts: Int, ends: Int) { (facts.count, ends.count) }

    /// Drops what came after a mark: what a step found that stopped all the same.
    mutating func cut(to mark: (facts: Int, ends: Int)) {
        if facts.count > mark.facts { facts.removeSubrange(mark.facts...) }
        if ends.count > mark.ends { ends.removeSubrange(mark.ends...) }
    }

    /// Takes in an end; nil is none.
    mutating func add(end: Instant?) {
        if let end { ends.append(end) }
    }
}

/// Why a flow got no further.
struct Stop {
    let code: RefusalCode
    /// A fact is missing that somebody may still supply, so people are asked (DOMAIN 5.8).
    var isReferred = false
    /// The event that decided it.
    var fact: EventReference?
    var detail: Detail?
    /// How far a consent got, where that is what stopped it.
    var consent: ConsentFailure.Standing?
}
