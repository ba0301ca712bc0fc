import Encodings
import SharingPolicy
import Testing

@testable import SharingModel

@Suite("Explanations")
struct ExplanationTests {
    private let flow = "partnership/1/to-council"

    private func explained(_ world: World) -> Explanation { Judge.explain(world.question, world.facts) }

    private func told(_ event: EventReference) -> String { "event \(event.index)" }

    private func lines(_ world: World) -> [String] { explained(world).lines(told) }

    @Test func `the path leads to the decision in every world`() {
        var (paths, lifted, enough) = (0, 0, 0)
        for seed: UInt64 in 0..<1_500 {
            var random = RandomWorld(seed: seed)
            let world = random.world()
            let (explanation, decision) = (explained(world), world.decision)
            guard explanation.decision == decision else {
                Issue.record("another decision in the world of seed \(seed)")
                return
            }
            #expect(explanation.items.map(\.item) == decision.items.map(\.item))
            for (path, item) in zip(explanation.items, decision.items) {
                let last = path.steps.last
                let leads = last?.result == item.result && last?.flow == item.flow && last?.code == item.codes.first
                let ends = path.result == item.result && path.flow == item.flow && path.codes == item.codes
                #expect(leads && ends, "seed \(seed), \(item.item)")
                #expect(path.needs.isEmpty == (item.result == .permitted), "seed \(seed), \(item.item)")
                // What a flow permits by itself is one of the flows that got through.
                if last?.step == .flows, let flow = item.flow {
                    #expect(path.flows.contains { $0.flow == flow && $0.stopped == nil }, "seed \(seed)")
                }
                paths += 1
                if path.steps.contains(where: { !$0.lifted.isEmpty }) { lifted += 1 }
                if path.needs.count > 1 { enough += 1 }
            }
        }
        #expect(paths > 3_000)
        #expect(lifted > 20)
        #expect(enough > 100)
    }

    @Test func `the order of what is known does not change the path`() {
        for seed: UInt64 in 0..<200 {
            var random = RandomWorld(seed: seed)
            var world = random.world()
            let before = explained(world)
            world.consents = random.shuffled(world.consents)
            world.refusals = random.shuffled(world.refusals)
            #expect(explained(world) == before, "seed \(seed)")
        }
    }

    // MARK: What would have made the difference

    private static let today = "2026-11-22"
    private static let consentWords = "consent that covers identity for gss:E08000012 and early-help"

    private static let needs: [(RefusalCode, String, @Sendable (inout World) -> Void)] = [
        (
            .recipientNotParty, "an agreement with a flow from ods:RBS25 to gss:E08000012",
            { $0.flow.to = FlowEnd(agencies: [school]) }
        ),
        (
            .agreementExpired, "a version of the agreement in force on \(today) (in force until 2026-10-31)",
            { $0.agreements[0].until = "2026-10-31" }
        ),
        (
            .agreementSuspended, "the agreement resumed by the party that suspended it",
            { $0.agreements[0].suspended = event(70) }
        ),
        (
            .purposeNotCovered, "a flow for direct-care, or early-help as the purpose",
            { $0.question.purpose = "direct-care" }
        ),
        (
            .personNotCovered, "a flow for the person's age; this one is for people under 18",
            {
                $0.flow.subjects = SubjectRange(to: 18)
                $0.birth = "1970-01-01"
            }
        ),
        (
            .ageUnknown, "a date of birth on record; the flow is for people of at least 5 and under 18",
            { $0.flow.subjects = SubjectRange(from: 5, to: 18) }
        ),
        (.itemNotCovered, "a flow for early-help that covers risk.to-child", { $0.items = ["risk.to-child"] }),
        (
            .roleNotAllowed, "somebody in the role nurse, not social-worker",
            { $0.flow.roles = ["nurse"] }
        ),
        (
            .noOpenReferral, "an open referral about the person between ods:RBS25 and gss:E08000012",
            { $0.flow.openReferral = true }
        ),
        (
            .noLawfulBasis, "a basis under Article 6 that holds on \(today) in england (repealed)",
            { $0.flow.power = "repealed" }
        ),
        (
            .confidentialityNotLifted,
            "the holder's record of why the public interest outweighs confidence, for this once",
            { $0.flow.confidentiality = Confidentiality(gateway: "public-interest") }
        ),
        (
            .confidentialityNotLifted, "a court order that requires identity from ods:RBS25",
            { $0.flow.confidentiality = Confidentiality(gateway: "court-order") }
        ),
        (
            .replicaTooStale, "the partner site's log no older than 1h (peer as of 2026-11-22T08:00:00.000Z)",
            {
                $0.flow.maxStaleness = Span("1h")
                $0.replicas = [Replica(origin: "peer", size: 1, asOf: moment("2026-11-22T08:00:00Z"))]
            }
        ),
        (.consentAbsent, "an engagement \(consentWords)", { $0.flow.consent = .required }),
        (
            .consentAbsent, "an engagement \(consentWords), or the holder's record of why it shares without",
            { $0.flow.consent = .requiredUnlessRisk }
        ),
        (
            .consentAbsent, "a confidentiality \(consentWords)",
            { $0.flow.confidentiality = Confidentiality(gateway: "consent") }
        ),
        (
            .consentWithdrawn,
            "an engagement \(consentWords), in force on \(today) (the one on record: withdrawn 2026-04-01)",
            {
                $0.flow.consent = .required
                $0.consents = [consent(withdrawnAt: 150)]
            }
        ),
        (.objectionUpheld, "the objection overridden or lifted", { $0.objections = [objection()] }),
        (.deceased, "a flow that goes on after a death (died 2026-11-01)", { $0.deaths = [death()] }),
        (
            .onwardNotAllowed,
            "contact of the holder's own, settled by its people; it was received under an obligation not to pass it on",
            {
                $0.items = ["contact"]
                $0.received = [ReceivedOnRecord(event: event(370), from: school, items: ["contact"])]
            }
        ),
        (.courtProhibits, "the court's order discharged or run out", { $0.courtOrders = [order()] }),
        (.shielded, "the shield lifted by whoever may", { $0.shields = [shield()] }),
        (
            .keyRevoked, "a request under a key that is trusted",
            { $0.question.revokedKey = event(90) }
        ),
        (
            .keyRevoked, "both agencies taking part; one of them has left",
            { $0.question.holder.ended = event(92) }
        ),
        (
            .noAgreement,
            "an agreement, signed by all its parties and in force, with a flow from ods:RBS25 to gss:E08000012 for "
                + "early-help that covers identity",
            { $0.agreements = [] }
        ),
        (
            .evaluationError, "an agreement that this site can read (partnership/1 is unreadable)",
            { $0.agreements[0].isReadable = false }
        ),
        (
            .inseparable, "a permit for risk.to-child (item-not-covered) as well",
            { $0.flow.inseparable = [["identity", "risk.to-child"]] }
        ),
    ]

    @Test(arguments: needs.indices) func `what would have made the difference is named`(_ row: Int) {
        let (code, text, change) = Self.needs[row]
        var world = World()
        world.items = ["identity"]
        change(&world)
        let item = explained(world).items.first
        #expect(item?.codes == [code])
        #expect(item?.needs.first?.text == text)
        #expect(item?.needs.first?.code == code)
        #expect(item?.needs.count == 1)
    }

    @Test func `all that stands in the way is named, and without it the item passes`() {
        var world = World()
        world.flow.openReferral = true
        world.flow.consent = .required
        world.objections = [objection()]
        world.deaths = [death()]
        #expect(
            Set(explained(world).items.first?.needs.map(\.code) ?? [])
                == [.objectionUpheld, .deceased, .noOpenReferral, .consentAbsent])
        world.objections = []
        world.deaths = []
        world.consents = [consent()]
        #expect(explained(world).items.first?.needs.map(\.code) == [.noOpenReferral])
        world.openReferrals = [ReferralOnRecord(event: event(60), from: council, to: trust)]
        #expect(world.decision.outcome == .permitted)
    }

    // MARK: Words of each step

    @Test func `a flow that permits says on which events`() {
        #expect(
            lines(World()).prefix(3) == [
                "contact: permitted",
                "  the flows of the agreements, with objections, lawful basis and consent: permitted through \(flow); rests "
                    + "on event 11",
                "  tried \(flow): permits; rests on event 11",
            ])
    }

    @Test func `a flow that stops says how far it got and on which event`() {
        var world = World { $0.consent = .required }
        world.items = ["identity"]
        world.consents = [consent(withdrawnAt: 150)]
        let told = lines(world)
        #expect(
            told.contains(
                "  tried \(flow): passed parties, dates, state, purpose, person, item, role, referral, basis, staleness; "
                    + "stopped at consent: the consent was withdrawn (consent-withdrawn), withdrawn 2026-04-01, event 150"
            ))
        #expect(told.contains("  nearest to a permit: \(flow)"))
        #expect(
            told.last?.hasPrefix("  what would have made the difference: an engagement consent that covers") == true)
    }

    @Test func `a flow that is not about the question says why`() {
        var world = World()
        world.question.purpose = "direct-care"
        let told = lines(world)
        #expect(told.contains("flows of the holder that are not about this:"))
        #expect(
            told.last
                == "  \(flow): passed parties, dates, state; stopped at purpose: no flow between them serves this "
                + "purpose (purpose-not-covered)")
    }

    private func line(of step: JudgeStep, _ world: World) -> String? {
        explained(world).items.first?.steps.first { $0.step == step }?.line(told)
    }

    @Test func `each step says what it did`() {
        var world = World()
        world.courtOrders = [order()]
        #expect(line(of: .absoluteBars, world)?.contains("withheld because a court order prohibits it") == true)
        #expect(line(of: .absoluteBars, world)?.hasSuffix("rests on event 300") == true)

        world = World()
        world.question.kind = .referral
        #expect(line(of: .shareFirst, world) == nil)
        world.question.purpose = "safeguarding-children"
        #expect(line(of: .shareFirst, world)?.hasSuffix("permitted at once, and reviewed") == true)

        world = World { $0.consent = .required }
        world.flow.breakGlass = ["social-worker"]
        world.question.breakGlass = brokenGlass
        #expect(
            line(of: .breakGlass, world)?.hasPrefix(
                "break-glass: permitted through \(flow); lifted: there is no consent that serves (consent-absent)")
                == true)

        world = World()
        world.flow.confidentiality = Confidentiality(gateway: "public-interest")
        world.question.resolutions = [resolution(["identity", "contact"])]
        #expect(line(of: .resolutions, world)?.contains("lifted: it is held in confidence") == true)
        #expect(line(of: .resolutions, world)?.hasSuffix("event 360") == true)

        world = World()
        world.question.resolutions = [resolution(["identity", "contact"], .withheld)]
        #expect(line(of: .resolutions, world)?.contains("withheld because") == true)

        world = World()
        world.question.kind = .delivery
        world.agreements = []
        world.question.records = HolderRecords(oneOff: oneOff())
        #expect(
            line(of: .oneOff, world)?.hasSuffix("permitted for this once, and reviewed; rests on event 4711") == true)

        world = World()
        world.question.purpose = "continuing-care"
        #expect(line(of: .duties, world)?.hasSuffix("only a person of the holder may refuse it, duty-of-care") == true)

        world = World { $0.inseparable = [["contact", "risk.to-child"]] }
        #expect(line(of: .inseparable, world)?.contains("(inseparable)") == true)

        world = World()
        world.agreements[0].isReadable = false
        #expect(line(of: .evaluationErrors, world)?.contains("partnership/1 is unreadable") == true)

        world = World()
        world.flow.items = []
        world.shields = [shield()]
        #expect(
            line(of: .telling, world)?.contains("told as the flow does not cover this item (item-not-covered)") == true
        )
    }

    @Test func `as JSON it says the same`() throws {
        var world = World { $0.consent = .required }
        world.items = ["identity"]
        let item = try #require(explained(world).json["items"]?.array?.first)
        #expect(item["result"] == "withheld")
        #expect(item["flows"]?.array?.first?["stopped"]?["at"] == "consent")
        #expect(item["steps"]?.array?.first?["step"] == "flows")
        #expect(item["difference"]?.array?.first?["code"] == "consent-absent")
    }
}
