import Locking
import Testing

@Suite("Work on a list that all cores share")
struct AllCoresTests {
    @Test("gives what each element becomes, in their order", arguments: [0, 1, 3, 4, 5, 8, 997])
    func order(count: Int) {
        for atOnce in [1, 2, 4, 1_000] {
            #expect(AllCores.map(Array(0..<count), atOnce: atOnce) { $0 * $0 } == (0..<count).map { $0 * $0 })
        }
    }

    @Test("is done once for each element")
    func once() {
        let seen = Locked<[Int: Int]>([:])
        _ = AllCores.map(Array(0..<500), atOnce: 3) { number in seen.withLock { $0[number, default: 0] += 1 } }
        #expect(seen.withLock { $0.values.allSatisfy { $0 == 1 } && $0.count == 500 })
    }
}
