import SharingModel
import Testing

@Suite("A referral's life")
struct ReferralLifeTests {
    /// The state after each verb that a state allows; whatever is not here is forbidden.
    static let table: [ReferralState: [ReferralVerb: ReferralState]] = [
        .submitted: [.received: .received, .acknowledged: .submitted, .escalated: .submitted, .withdrawn: .withdrawn],
        .received: [
            .acknowledged: .received, .infoRequested: .infoRequested, .triaged: .triaged, .accepted: .accepted,
            .declined: .declined, .redirected: .submitted, .escalated: .received, .withdrawn: .withdrawn,
        ],
        .triaged: [
            .acknowledged: .triaged, .infoRequested: .infoRequested, .accepted: .accepted, .declined: .declined,
            .redirected: .submitted, .escalated: .triaged, .withdrawn: .withdrawn,
        ],
        .infoRequested: [
            .acknowledged: .infoRequested, .infoProvided: .infoProvided, .triaged: .triaged, .accepted: .accepted,
            .declined: .declined, .redirected: .submitted, .escalated: .infoRequested, .withdrawn: .withdrawn,
        ],
        .infoProvided: [
            .acknowledged: .infoProvided, .infoRequested: .infoRequested, .triaged: .triaged, .accepted: .accepted,
            .declined: .declined, .redirected: .submitted, .escalated: .infoProvided, .withdrawn: .withdrawn,
        ],
        .accepted: [.acknowledged: .accepted, .escalated: .accepted, .closed: .closed, .withdrawn: .withdrawn],
        .declined: [.reopened: .received],
        .closed: [.reopened: .received],
        .withdrawn: [:],
        .conflict: [
            .received: .received, .acknowledged: .conflict, .accepted: .accepted, .declined: .declined,
            .redirected: .submitted, .escalated: .conflict, .closed: .closed, .withdrawn: .conflict,
        ],
    ]

    @Test("Every state answers every verb as the table says", arguments: ReferralState.allCases)
    func everyPair(state: ReferralState) throws {
        let allowed = try #require(Self.table[state])
        let life = ReferralLife(state: state)
        #expect(Set(life.allowed) == Set(allowed.keys))
        for verb in ReferralVerb.allCases {
            if let next = allowed[verb] {
                #expect(try life.applying(verb, purposeIsSafeguarding: false).state == next)
            } else {
                let forbidden = ForbiddenTransition(verb: verb, state: state, allowed: life.allowed)
                #expect(throws: forbidden) { try life.applying(verb, purposeIsSafeguarding: false) }
                #expect(throws: forbidden) { try life.applying(verb, purposeIsSafeguarding: true) }
            }
        }
    }

    @Test("A safeguarding referral that is withdrawn goes on, with a note", arguments: ReferralState.allCases)
    func safeguarding(state: ReferralState) throws {
        let life = ReferralLife(state: state, acknowledged: true)
        guard state.isOpen else {
            #expect(throws: ForbiddenTransition.self) { try life.applying(.withdrawn, purposeIsSafeguarding: true) }
            return
        }
        let after = try life.applying(.withdrawn, purposeIsSafeguarding: true)
        #expect(after == ReferralLife(state: state, acknowledged: true, withdrawalNoted: true))
    }

    @Test(
        "A step that another site has recorded shows as a conflict where it does not fit",
        arguments: ReferralState.allCases)
    func arriving(state: ReferralState) throws {
        let allowed = try #require(Self.table[state])
        let life = ReferralLife(state: state)
        for verb in ReferralVerb.allCases {
            let arrived = life.arriving(verb, purposeIsSafeguarding: false)
            if let next = allowed[verb] {
                #expect(arrived.state == next, "\(verb)")
            } else if [.acknowledged, .escalated].contains(verb) || verb.rawValue == state.rawValue {
                #expect(arrived == life, "\(verb)")
            } else if verb == .redirected, state == .submitted {
                #expect(arrived == life)
            } else if verb == .reopened, state == .received {
                #expect(arrived == life)
            } else {
                #expect(arrived.state == .conflict, "\(verb)")
            }
        }
    }

    @Test("Of a conflict nothing but a step of the recipient leads out")
    func settled() throws {
        let conflict = ReferralLife.submitted.arriving(.accepted, purposeIsSafeguarding: true)
        #expect(conflict.state == .conflict)
        #expect(conflict.state.isOpen && conflict.state.isUndecided)
        for verb in conflict.allowed {
            let next = try conflict.applying(verb, purposeIsSafeguarding: true)
            #expect((next.state == .conflict) == (verb.isSenders || [.acknowledged, .escalated].contains(verb)))
        }
    }

    @Test("Being acknowledged or escalated sets a flag and leaves the state, and stays")
    func flags() throws {
        var life = ReferralLife.submitted
        for verb in [
            ReferralVerb.acknowledged, .escalated, .received, .infoRequested, .infoProvided, .accepted, .closed,
        ] {
            life = try life.applying(verb, purposeIsSafeguarding: true)
        }
        #expect(life == ReferralLife(state: .closed, acknowledged: true, escalated: true))
        #expect(try life.applying(.reopened, purposeIsSafeguarding: true).state == .received)
    }

    @Test("A redirected referral has not been acknowledged by its new recipient")
    func redirected() throws {
        let life = ReferralLife(state: .received, acknowledged: true, escalated: true)
        #expect(
            try life.applying(.redirected, purposeIsSafeguarding: false)
                == ReferralLife(state: .submitted, acknowledged: false, escalated: true))
    }

    @Test("Of steps towards the end that change anything, four can follow each other at most")
    func ending() {
        func longest(from life: ReferralLife, _ isSafeguarding: Bool, _ left: Int = 10) -> Int {
            guard left > 0 else { return 0 }
            return ReferralVerb.allCases.filter(\.leadsToEnd).compactMap { verb in
                guard let next = try? life.applying(verb, purposeIsSafeguarding: isSafeguarding), next != life else {
                    return nil
                }
                return 1 + longest(from: next, isSafeguarding, left - 1)
            }.max() ?? 0
        }
        for isSafeguarding in [true, false] {
            #expect(
                ReferralState.allCases.map { longest(from: ReferralLife(state: $0), isSafeguarding) }.max() == 4)
            // And none is left without a way to its end.
            for state in ReferralState.allCases where state.isOpen {
                #expect(longest(from: ReferralLife(state: state), isSafeguarding) > 0)
            }
        }
    }

    @Test("A forbidden step says where the referral stands and what is allowed")
    func wording() {
        let error = #expect(throws: ForbiddenTransition.self) {
            try ReferralLife(state: .closed).applying(.accepted, purposeIsSafeguarding: false)
        }
        #expect(error?.description == "a referral that is closed cannot be accepted; allowed: reopened")
    }
}
