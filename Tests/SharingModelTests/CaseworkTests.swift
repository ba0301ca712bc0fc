import SharingModel
import Testing

@Suite("Casework on a referral")
struct CaseworkTests {
    /// What may be done with a kind of assessment or plan, by what was done with it before.
    static let table: [(before: [CaseworkVerb], allowed: [CaseworkVerb])] = [
        ([], [.assessmentStarted, .planMade]),
        ([.assessmentStarted], [.assessmentCompleted, .planMade]),
        ([.assessmentStarted, .assessmentCompleted], [.assessmentStarted, .planMade]),
        ([.planMade], [.assessmentStarted, .planEnded]),
        ([.planMade, .planEnded], [.assessmentStarted, .planMade]),
        ([.assessmentStarted, .planMade], [.assessmentCompleted, .planEnded]),
    ]

    private func casework(after verbs: [CaseworkVerb], _ kind: String = "child-and-family") throws -> Casework {
        try verbs.reduce(Casework()) { try $0.applying($1, kind, on: .accepted) }
    }

    @Test("On an accepted referral every verb is answered as the table says", arguments: 0..<6)
    func everyPair(row: Int) throws {
        let (before, allowed) = Self.table[row]
        let casework = try casework(after: before)
        #expect(casework.allowed("child-and-family", on: .accepted) == allowed)
        for verb in CaseworkVerb.allCases {
            if allowed.contains(verb) {
                _ = try casework.applying(verb, "child-and-family", on: .accepted)
            } else {
                #expect(throws: ForbiddenCasework(verb: verb, state: .accepted, allowed: allowed)) {
                    try casework.applying(verb, "child-and-family", on: .accepted)
                }
            }
        }
    }

    @Test("In no other state of the referral is anything allowed", arguments: ReferralState.allCases)
    func otherStates(state: ReferralState) throws {
        guard state != .accepted else { return }
        let casework = try casework(after: [.assessmentStarted, .planMade])
        for verb in CaseworkVerb.allCases {
            #expect(throws: ForbiddenCasework(verb: verb, state: state, allowed: [])) {
                try casework.applying(verb, "child-and-family", on: state)
            }
        }
    }

    @Test("Each kind of assessment goes its own way")
    func kinds() throws {
        let casework = try casework(after: [.assessmentStarted], "section-47")
        #expect(casework.allowed("child-and-family", on: .accepted) == [.assessmentStarted, .planMade])
        #expect(casework.assessing == ["section-47"])
    }
}
