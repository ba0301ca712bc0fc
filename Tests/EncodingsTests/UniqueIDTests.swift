import Encodings
import Support
import Testing

@Suite struct UniqueIDTests {
    @Test(
        "only 36 characters of lower-case hexadecimal with hyphens in their places are a UUID",
        arguments: [
            "", "0192f3c4-0000-7000-8000-00000000000", "0192f3c4-0000-7000-8000-0000000000000",
            "0192F3C4-0000-7000-8000-000000000000",
            "0192f3c400007000800000000000000000000", "{192f3c4-0000-7000-8000-000000000000}",
            "0192f3c4-0000-7000-8000-00000000000g",
            "0192f3c4_0000-7000-8000-000000000000", "-192f3c4-0000-7000-8000-000000000000",
            "0192f3c4-0000-7000-8000-0000000000é",
            "0192f3c40-000-7000-8000-000000000000",
        ])
    func refused(text: String) { #expect(UniqueID(text) == nil) }

    @Test("text and bytes lead back to the same UUID, in the same order", arguments: 0..<30)
    func roundTrip(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let first = UniqueID.random(using: &generator)
        let second = UniqueID.random(using: &generator)
        #expect(UniqueID(first.description) == first)
        #expect(UniqueID(bytes: first.bytes) == first)
        #expect(first.ascii == Array(first.description.utf8))
        #expect(first != second)
        #expect((first < second) == (first.description < second.description))
        #expect((first < second) == first.bytes.lexicographicallyPrecedes(second.bytes))
    }

    @Test("a random one says that it is: version 4, variant 10")
    func version() {
        let text = Array(UniqueID.random().description)
        #expect(text[14] == "4")
        #expect("89ab".contains(text[19]))
        #expect(UniqueID("00112233-4455-6677-8899-aabbccddeeff")?.description == "00112233-4455-6677-8899-aabbccddeeff")
        #expect(UniqueID(bytes: [1, 2, 3]) == nil)
    }
}
