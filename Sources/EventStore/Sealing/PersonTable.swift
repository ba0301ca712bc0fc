import Crypto
import Encodings

/// Persons' keys and places as a check of all the vault's rows found them, for whoever goes through the whole log after it: an event
/// then costs no look-up at a random place of the file. It holds so many and no more; for the others the vault is asked.
package struct PersonTable: Sendable {
    private let limit: Int
    private var places: [UniqueID: UInt32] = [:]
    /// 32 bytes for each place.
    private var keys: [UInt8] = []
    /// Hashes of identifiers with their persons' places, keyed at random for each process: 64 bits do, because nobody can work towards
    /// two that are equal.
    private var identifiers: Set<Int> = []

    private static let keyBytes = 32

    /// - Parameter limit: how many persons, and how many identifiers, it holds.
    package init(limit: Int = Limits.tabledPersons) { self.limit = limit }

    /// Makes room once: growing would copy what is secret.
    mutating func reserve(persons: Int, identifiers: Int) {
        let persons = min(max(0, persons), limit)
        places.reserveCapacity(persons)
        keys.reserveCapacity(persons * Self.keyBytes)
        self.identifiers.reserveCapacity(min(max(0, identifiers), limit))
    }

    /// - Precondition: the key has 32 bytes.
    mutating func insert(_ subject: UniqueID, key: [UInt8]) {
        guard places.count < limit, places[subject] == nil else { return }
        places[subject] = UInt32(places.count)
        keys.append(contentsOf: key)
    }

    /// Remembers whose an identifier is, if the person is here.
    mutating func insert(_ identifier: String, of subject: UniqueID) {
        guard identifiers.count < limit, let place = places[subject] else { return }
        identifiers.insert(Self.hash(identifier, place))
    }

    /// Where a person is here; nil for one who is not.
    func place(of subject: UniqueID) -> UInt32? { places[subject] }

    /// - Precondition: the place was given by `place(of:)`.
    func key(at place: UInt32) -> SymmetricKey {
        let start = Int(place) * Self.keyBytes
        return SymmetricKey(data: keys[start..<(start + Self.keyBytes)])
    }

    /// Whether an identifier is known here to be the person's at a place. Where it is not, the vault may still know.
    func knows(_ identifier: String, at place: UInt32) -> Bool { identifiers.contains(Self.hash(identifier, place)) }

    private static func hash(_ identifier: String, _ place: UInt32) -> Int {
        var hasher = Hasher()
        hasher.combine(place)
        // The bytes, for strings are equal that are spelt otherwise.
        var identifier = identifier
        identifier.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        return hasher.finalize()
    }
}
