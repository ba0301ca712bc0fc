public import Encodings

/// Makes disclosures, each with a fresh salt of 128 bits (RFC 9901 §9.3).
///
/// What is made is referred to from the payload: by `DisclosureMaker.object(_:)` for members, by
/// `DisclosureMaker.element(_:)` for elements.
public struct DisclosureMaker<Generator: RandomNumberGenerator> {
    private var generator: Generator
    /// All that were made, in order: hand them to `EventSigner` with the payload.
    public private(set) var made: [Disclosure] = []

    /// - Parameter generator: must be unpredictable where the disclosures are real; a seeded one serves tests.
    public init(using generator: Generator) { self.generator = generator }

    /// Conceals a member; its digest belongs into the `_sd` of the object that it would stand in.
    public mutating func conceal(name: String, value: JSON) -> Disclosure {
        let disclosure = Disclosure(salt: salt(), name: name, value: value)
        made.append(disclosure)
        return disclosure
    }

    /// Conceals an element of an array; `{"...": digest}` belongs in its place.
    public mutating func element(_ value: JSON) -> Disclosure {
        let disclosure = Disclosure(salt: salt(), name: nil, value: value)
        made.append(disclosure)
        return disclosure
    }

    private mutating func salt() -> String {
        let words = [generator.next(), generator.next()]
        return Base64.url.encode(words.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } })
    }
}

extension DisclosureMaker where Generator == SystemRandomNumberGenerator {
    /// Salts from the system's source of randomness.
    public init() { self.init(using: SystemRandomNumberGenerator()) }
}

extension Disclosure {
    /// The array that stands as `_sd` for these members. Digests are sorted, so that their order says nothing (RFC 9901
    /// §4.2.4.1).
    public static func digests(of members: some Sequence<Disclosure>) -> JSON {
        .strings(members.map(\.digest).sorted())
    }

    /// What stands in an array in place of this element.
    public var placeholder: JSON { .object(["...": .string(digest)]) }
}
