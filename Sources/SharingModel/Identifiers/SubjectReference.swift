package import Encodings

/// A site's own random name for a person: what stands in entries, projections and URLs instead of an identifier.
package struct SubjectReference: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let id: UniqueID

    package init(_ id: UniqueID) { self.id = id }

    package var description: String { id.description }

    package static func < (left: SubjectReference, right: SubjectReference) -> Bool { left.id < right.id }
}

extension UniqueID {
    /// Stands in where a record is only described.
    static let zero: UniqueID = {
        struct Zeros: RandomNumberGenerator { func next() -> UInt64 { 0 } }
        var zeros = Zeros()
        return UniqueID.random(using: &zeros)
    }()
}
