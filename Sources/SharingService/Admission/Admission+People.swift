import EventStore
import Projections
import SharingModel

extension Admission {
    func check(_ data: SubjectLinked) throws {
        guard (0...1).contains(data.confidence) else {
            throw Rejection.invalid("/data/confidence", "bad-format", "the confidence is a number from 0 to 1")
        }
    }

    /// Anybody entitled may withdraw a consent at any agency that can read it. A second withdrawal is recorded and changes nothing: nobody is
    /// told that they may not withdraw.
    func withdraw(_ data: ConsentWithdrawn, _ event: SharingEvent) throws -> Admitted {
        guard let consent = try reader.consent(data.consent),
            try reader.mayRead(consent.index, event.envelope.source)
        else { throw unknown("consent") }
        try checkSamePerson(event, as: consent.subject)
        return Admitted(audience: try audience(of: event))
    }
}
