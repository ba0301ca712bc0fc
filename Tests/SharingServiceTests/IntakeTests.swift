import Encodings
import SiteSupport
import Testing

@testable import SharingService

@Suite struct IntakeTests {
    private func submissions(_ count: Int) async throws -> [Submission] {
        let partnership = try await Partnership()
        let test = partnership.test
        return try (0..<count).map { _ in
            let bytes = try test.sign(
                "subject.described", by: partnership.trust.key, source: partnership.trust.id,
                subject: Partnership.person, .object(["birthDate": "2010-05-04", "source": "letter"]))
            return Submission(event: try test.site.frontDesk.receive(bytes)) { _ in }
        }
    }

    @Test func `what places are kept for gets in, and nobody else in its stead`() async throws {
        let events = try await submissions(4)
        let intake = Intake(limit: 4)
        let places = try intake.keep(3)
        #expect(!intake.isFull)
        #expect(throws: Intake.Refusal.full) { try intake.keep(2) }
        #expect(throws: Intake.Refusal.full) { try intake.handIn(Array(events[..<2])) }
        #expect(try intake.handIn([events[0]]))
        #expect(intake.isFull)
        #expect(try !intake.handIn(Array(events[1...]), at: places))
        #expect(intake.depth == 4)
        #expect(intake.take(atMost: 10).count == 4)
        #expect(!intake.isFull)
    }

    @Test func `places that are not used are given back once`() async throws {
        let events = try await submissions(1)
        let intake = Intake(limit: 2)
        let places = try intake.keep(2)
        _ = try intake.handIn(events, at: places)
        #expect(intake.isFull)
        places.giveBack()
        places.giveBack()
        _ = try intake.keep(1)
        #expect(throws: Intake.Refusal.full) { try intake.keep(2) }
    }

    @Test func `places are given back by whoever forgets them`() throws {
        let intake = Intake(limit: 1)
        for _ in 0..<3 { _ = try intake.keep(1) }
        #expect(!intake.isFull)
    }

    @Test func `a tray that is closed keeps no places, and takes nothing at those that it kept`() async throws {
        let events = try await submissions(1)
        let intake = Intake(limit: 2)
        let places = try intake.keep(1)
        intake.close()
        #expect(throws: Intake.Refusal.closed) { try intake.keep(1) }
        #expect(throws: Intake.Refusal.closed) { try intake.handIn(events, at: places) }
        #expect(intake.take(atMost: 10).isEmpty)
    }
}
