import Encodings
import EventStore
import Projections
import SharingModel

extension Admission {
    /// Two references become one person, or are held apart for good. Both must be known to the author: otherwise anybody could find out who
    /// is known here.
    func check(_ data: SubjectPairing, isMerging: Bool, _ event: SharingEvent) throws {
        guard let subject = try subject(of: event), let other = try Self.reference(to: data.other, in: vault),
            try reader.mayReadAbout(subject, scope(of: event)), try reader.mayReadAbout(other, scope(of: event))
        else { throw unknown("other") }
        guard subject != other else {
            throw Rejection.invalid(
                "/data/other", "same-person", "both identifiers have the same reference, so there is nothing to pair")
        }
        guard isMerging else { return }
        let (left, right) = (try reader.persons(with: subject), try reader.persons(with: other))
        for one in left where try right.contains(where: { try reader.areSevered(one, $0) }) {
            throw Rejection(.conflict, "severed", "these two must never be known together again")
        }
    }

    private func scope(of event: SharingEvent) -> ProjectionReader.EventScope {
        .agency(event.envelope.source, asParty: true)
    }

    /// The reference of a person named in an event's data; nil if none is known.
    static func reference(to person: OtherPerson, in vault: Vault?) throws -> SubjectReference? {
        switch person {
        case .reference(let reference): reference
        case .identifier(let identifier): try vault?.reference(for: identifier.text).map(SubjectReference.init)
        }
    }
}

extension SharingEvent {
    /// The second person of a merging or severing.
    var otherPerson: OtherPerson? {
        switch data {
        case .subjectMerged(let data), .subjectSevered(let data): data.other
        default: nil
        }
    }
}
