import Encodings
import SharingPolicy
import Testing

@testable import SharingModel

@Suite("Capacity and representatives")
struct CapacityTests {
    private func world(
        born: String?, by giver: ConsentGiver = .`self`, _ capacity: [CapacityOnRecord] = [],
        _ change: (inout World) -> Void = { _ in }
    ) -> World {
        var world = World { $0.consent = .required }
        world.birth = born
        world.consents = [consent(by: giver)]
        world.capacity = capacity
        change(&world)
        return world
    }

    @Test func `a child's consent serves once somebody has assessed that the child understands`() {
        let born = "2012-01-01"
        #expect(world(born: born).code == .capacityUnassessed)
        let competent = world(born: born, [assessment(.has, .gillick)])
        #expect(competent.code == nil)
        #expect(competent.decision.facts.contains(id(340)))
        #expect(world(born: born, [assessment(.has, .mca)]).code == .capacityUnassessed)
        #expect(world(born: born, [assessment(.lacks, .gillick)]).code == .consentAbsent)
        #expect(world(born: born, [assessment(.has, .gillick, isUnderRevokedKey: true)]).code == .capacityUnassessed)
        #expect(
            world(born: born, [assessment(.has, .gillick), assessment(.lacks, .gillick, at: 341)]).code
                == .consentAbsent)
    }

    @Test func `an adult's consent serves unless they were assessed as lacking capacity`() {
        let born = "1970-01-01"
        #expect(world(born: born).code == nil)
        #expect(world(born: born, [assessment(.lacks, .mca)]).code == .consentAbsent)
        #expect(world(born: born, [assessment(.lacks, .mca, isUnderRevokedKey: true)]).code == .consentAbsent)
        #expect(world(born: born, [assessment(.lacks, .mca), assessment(.has, .mca, at: 341)]).code == nil)
        #expect(world(born: born, [assessment(.lacks, .gillick)]).code == nil)
        #expect(world(born: nil).code == nil)
        #expect(world(born: nil, [assessment(.lacks, .mca)]).code == .consentAbsent)
    }

    @Test func `for an adult who lacks capacity what was decided in their best interests serves`() {
        func decided(_ born: String?, _ capacity: [CapacityOnRecord], revoked: Bool = false) -> World {
            world(born: born, capacity) {
                $0.consents = []
                $0.bestInterests = [bestInterests(isUnderRevokedKey: revoked)]
            }
        }
        let lacks = [assessment(.lacks, .mca)]
        #expect(decided("1970-01-01", lacks).code == nil)
        #expect(decided("1970-01-01", lacks).decision.facts == [id(11), id(340), id(350)])
        #expect(decided(nil, lacks).code == nil)
        #expect(decided("1970-01-01", []).code == .consentAbsent)
        #expect(decided("2015-01-01", lacks).code == .consentAbsent)
        #expect(decided("1970-01-01", lacks, revoked: true).code == .consentAbsent)
        var data = decided("1970-01-01", lacks)
        data.flow.article6 = "consent"
        #expect(data.code == .consentAbsent)
        var opposed = decided("1970-01-01", lacks)
        opposed.refusals = [refusal(by: .attorneyHealthWelfare)]
        #expect(opposed.code == .consentAbsent)
    }

    @Test func `best interests and a court order lift confidence where they are on record`() {
        var world = World { $0.confidentiality = Confidentiality(gateway: "best-interests") }
        #expect(world.code == .confidentialityNotLifted)
        world.bestInterests = [bestInterests()]
        #expect(world.code == .capacityUnassessed)
        world.capacity = [assessment(.lacks, .mca)]
        #expect(world.code == nil)
        world = World { $0.confidentiality = Confidentiality(gateway: "court-order") }
        #expect(world.code == .confidentialityNotLifted)
        world.courtOrders = [order(.requires)]
        #expect(world.code == nil)
        world.courtOrders = [order(.requires, isUnderRevokedKey: true)]
        #expect(world.code == .confidentialityNotLifted)
        world.courtOrders = [order(.requires, dischargedAt: 305, dischargeIsTrusted: false)]
        #expect(world.code == .confidentialityNotLifted)
    }

    @Test func `an attorney speaks only for somebody who lacks capacity`() {
        #expect(world(born: "1970-01-01", by: .attorneyHealthWelfare).code == .capacityUnassessed)
        let has = [assessment(.has, .mca)]
        #expect(world(born: "1970-01-01", by: .deputyHealthWelfare, has).code == .consentAbsent)
        let lacks = [assessment(.lacks, .mca)]
        #expect(world(born: "1970-01-01", by: .attorneyHealthWelfare, lacks).code == nil)
    }

    @Test func `an attorney's no does not count for somebody assessed as having capacity`() {
        func refused(_ capacity: [CapacityOnRecord]) -> RefusalCode? {
            world(born: "1970-01-01", capacity) { $0.refusals = [refusal(by: .attorneyHealthWelfare)] }.code
        }
        #expect(refused([]) == .consentDisputed)
        #expect(refused([assessment(.has, .mca)]) == nil)
    }

    @Test func `best interests lift no confidence of somebody assessed as having capacity`() {
        func code(_ capacity: [CapacityOnRecord]) -> RefusalCode? {
            world(born: "1970-01-01", capacity) {
                $0.flow.confidentiality = Confidentiality(gateway: "best-interests")
                $0.bestInterests = [bestInterests()]
            }.code
        }
        #expect(code([]) == .capacityUnassessed)
        #expect(code([assessment(.has, .mca)]) == .confidentialityNotLifted)
        #expect(code([assessment(.lacks, .mca)]) == nil)
    }

    @Test func `a representative whose time is over consents no more`() {
        func represented(_ representatives: [RepresentativeOnRecord]) -> World {
            world(born: "2015-01-01", by: .parentalResponsibility) { $0.representatives = representatives }
        }
        let parent = RepresentativeOnRecord(event: event(380), basis: .parentalResponsibility)
        var ended = parent
        ended.ended = event(381)
        var past = parent
        past.until = .day(day("2026-11-01"))
        var untrusted = parent
        untrusted.isUnderRevokedKey = true
        #expect(represented([]).code == nil)
        #expect(represented([parent]).code == nil)
        #expect(represented([parent]).decision.facts.contains(id(380)))
        #expect(represented([ended]).code == .consentExpired)
        #expect(represented([past]).code == .consentExpired)
        #expect(represented([untrusted]).code == .consentExpired)
        #expect(represented([ended, parent]).code == nil)
        #expect(represented([RepresentativeOnRecord(event: event(382), basis: .localAuthority)]).code == nil)
    }

    @Test func `a competent child's no outranks a parent's yes`() {
        func refusing(_ capacity: [CapacityOnRecord]) -> World {
            world(born: "2012-01-01", by: .parentalResponsibility, capacity) { $0.refusals = [refusal()] }
        }
        #expect(refusing([]).code == .consentDisputed)
        #expect(refusing([assessment(.has, .gillick)]).code == .consentAbsent)
        #expect(refusing([assessment(.lacks, .gillick)]).code == nil)
    }

    @Test func `a parent speaks about special needs until the end of compulsory schooling`() {
        // Sixteen on 1 March 2026; the last Friday in June 2026 is the 26th.
        func asked(_ item: ItemCode, on clock: String) -> World {
            world(born: "2010-03-01", by: .parentalResponsibility) {
                $0.flow.items = [item]
                $0.items = [item]
                $0.clock = moment(clock)
                $0.consents[0].from = .day(day("2025-01-01"))
            }
        }
        #expect(asked("identity", on: "2026-03-02T12:00:00Z").code == .consentToConfirm)
        #expect(asked("education.send", on: "2026-03-02T12:00:00Z").code == nil)
        #expect(asked("education.send", on: "2026-06-26T22:59:59Z").code == nil)
        #expect(asked("education.send", on: "2026-06-26T23:00:00Z").code == .consentToConfirm)
    }

    @Test func `a child not yet born is a child`() {
        var world = World { $0.subjects = SubjectRange(from: nil, to: 18) }
        world.birth = "2027-02-01"
        #expect(world.code == .personNotCovered)
        world.isBirthExpected = true
        #expect(world.code == nil)
    }
}
