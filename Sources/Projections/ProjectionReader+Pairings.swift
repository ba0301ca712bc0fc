import Encodings
import Foundation
import GRDB
package import SharingModel

/// That two references are one person, or must never be known together again.
package struct PairingRow: Sendable, Hashable {
    package enum Verb: String, Sendable { case merged, severed }

    package let index: Int64
    package let subject: SubjectReference
    package let other: SubjectReference
    package let verb: Verb

    /// The reference that a reference is paired with here.
    fileprivate func partner(of reference: SubjectReference) -> SubjectReference {
        subject == reference ? other : subject
    }
}

extension ProjectionReader {
    /// What was said of a reference and others, in the order of the log.
    package func pairings(of reference: SubjectReference) throws -> [PairingRow] {
        try all("SELECT * FROM pairing WHERE subject = ?1 OR other = ?1 ORDER BY idx", [reference.id.blob]).map { row in
            let column = Column(table: "pairing")
            return PairingRow(
                index: row["idx"], subject: SubjectReference(try column.id(row, "subject")),
                other: SubjectReference(try column.id(row, "other")), verb: try column.value(row, "verb"))
        }
    }

    /// Whether two references must never be known together again. Nothing takes it back.
    package func areSevered(_ one: SubjectReference, _ other: SubjectReference) throws -> Bool {
        try pairings(of: one).contains { $0.verb == .severed && $0.partner(of: one) == other }
    }

    /// Every reference of the person who has this one: itself first, then those merged with it, directly or through others. One that is
    /// severed from any of them is none of them.
    package func persons(with reference: SubjectReference) throws -> [SubjectReference] {
        var found = [reference]
        var next = 0
        var severed: Set<SubjectReference> = []
        while next < found.count {
            let current = found[next]
            next += 1
            let pairings = try pairings(of: current)
            if pairings.isEmpty { continue }
            severed.formUnion(pairings.filter { $0.verb == .severed }.map { $0.partner(of: current) })
            for pairing in pairings where pairing.verb == .merged {
                let partner = pairing.partner(of: current)
                guard !found.contains(partner), !severed.contains(partner),
                    try !found.contains(where: { try areSevered($0, partner) })
                else { continue }
                found.append(partner)
            }
        }
        return found
    }
}
