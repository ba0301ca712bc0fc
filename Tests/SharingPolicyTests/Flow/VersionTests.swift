import Encodings
import SharingPolicy
import Testing

@testable import SharingModel

@Suite("Versions of an agreement")
struct VersionTests {
    /// Version 1 permits; version 2 is for something else.
    private func world(_ change: (inout TestAgreement) -> Void = { _ in }) -> World {
        var world = World()
        var second = TestAgreement()
        second.version = 2
        second.flows[0].purpose = "direct-care"
        change(&second)
        world.agreements.append(second)
        return world
    }

    @Test func `a fully signed version replaces the one before`() {
        #expect(world().code == .purposeNotCovered)
    }

    @Test func `a version that not all have signed replaces nothing`() {
        #expect(world { $0.signedBy = [trust] }.code == nil)
    }

    @Test func `a version signed under a revoked key replaces nothing`() {
        #expect(world { $0.signedUnderRevokedKey = [trust] }.code == nil)
    }

    @Test func `a version signed ahead replaces the one before on its first day, and the decision is valid until then`()
    {
        let world = world { $0.from = "2026-12-01" }
        #expect(world.code == nil)
        #expect(world.decision.validUntil == moment("2026-11-30T23:59:59.999Z"))
    }

    @Test func `suspending or terminating a version does not bring back the one before`() {
        #expect(world { $0.suspended = event(50) }.code == .agreementSuspended)
        #expect(world { $0.terminated = event(50) }.code == .agreementExpired)
    }

    @Test func `a version that drops the holder leaves it without an agreement`() {
        #expect(world { $0.parties = [council, school] }.code == .noAgreement)
    }

    @Test func `where a later version cannot be read nothing rests on the earlier ones, and people are asked`() {
        let world = world { $0.isReadable = false }
        #expect(world.code == .evaluationError)
        #expect(world.decision.outcome == .referred)
    }

    @Test func `that holds as soon as one has signed, since the holder may have been dropped from it`() {
        #expect(world { ($0.isReadable, $0.signedBy) = (false, [council]) }.code == .evaluationError)
        #expect(world { ($0.isReadable, $0.signedBy) = (false, []) }.code == nil)
    }

    @Test func `an unreadable agreement of others is nobody's concern`() {
        var world = world { ($0.isReadable, $0.signedBy, $0.name) = (false, [council, school], "other") }
        world.items = ["health.mental"]
        #expect(world.code == .itemNotCovered)
    }

    @Test func `an unreadable agreement takes nothing from what another permits`() {
        let world = world { ($0.isReadable, $0.name) = (false, "other") }
        #expect(world.decision.outcome == .permitted)
    }
}
