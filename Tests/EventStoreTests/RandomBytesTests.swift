import Testing

@testable import EventStore

@Suite struct RandomBytesTests {
    @Test func `every byte is given out once`() {
        var random = RandomBytes()
        // Lengths that do not divide what is fetched at once.
        let given = (0..<2_000).map { Array(random.next(16 + $0 % 240)) }
        #expect(given.enumerated().allSatisfy { $0.element.count == 16 + $0.offset % 240 })
        #expect(Set(given.map { Array($0.prefix(16)) }).count == given.count)
        #expect(Set(given.map { Array($0.suffix(16)) }).count == given.count)
        #expect(Set(given.joined()).count == 256)
    }
}
