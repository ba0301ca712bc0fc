import SharingModel

/// The steps of a flow in their order. A step added later slots in here and nowhere else.
enum FlowLadder {
    /// Steps whose answer is the same for every item.
    static let aboutTheFlow: [any FlowStep] = [PartiesStep(), DatesStep(), StateStep(), PurposeStep()]

    static let aboutTheItem: [any FlowStep] = [
        PersonStep(), ItemStep(), RoleStep(), OpenReferralStep(), LawfulBasisStep(), ConfidentialityStep(),
        StalenessStep(), ConsentStep(),
    ]
}

/// A flow that has climbed the steps that are about the flow itself.
struct Climber {
    let docket: Docket
    let inPlay: AgreementInPlay
    let flow: Flow
    let reference: String
    private let started: Result

    enum Result {
        case permits(Permit)
        case stopped(Reason)
    }

    init(docket: Docket, inPlay: AgreementInPlay, flow: Flow, firstItem: ItemCode) {
        self.docket = docket
        self.inPlay = inPlay
        self.flow = flow
        reference = inPlay.agreement.reference(to: flow)
        let candidate = Candidate(
            docket: docket, inPlay: inPlay, flow: flow, reference: reference, item: firstItem)
        let permit = Permit(
            reference: reference, flow: flow, grounds: Grounds(facts: [inPlay.lastSignature]))
        started = Self.climb(FlowLadder.aboutTheFlow, candidate, permit)
    }

    /// How far the flow gets for an item.
    func climb(for item: ItemCode) -> Result {
        guard case .permits(let permit) = started else { return started }
        let candidate = Candidate(docket: docket, inPlay: inPlay, flow: flow, reference: reference, item: item)
        return Self.climb(FlowLadder.aboutTheItem, candidate, permit)
    }

    private static func climb(_ steps: [any FlowStep], _ candidate: Candidate, _ permit: Permit) -> Result {
        var permit = permit
        for step in steps {
            switch step.examine(candidate) {
            case .passes(let grounds): permit.grounds.add(grounds)
            case .stops(let stop): return .stopped(Reason(stop, at: step.rung, of: candidate.reference))
            }
        }
        return .permits(permit)
    }
}
