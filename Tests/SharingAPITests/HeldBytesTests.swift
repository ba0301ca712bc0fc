import NIOCore
import SharingService
import Testing

@testable import SharingAPI

@Suite struct HeldBytesTests {
    @Test func `bodies of many events leave room for one that comes by itself, and give back what they held`() throws {
        let all = HeldBytes(limit: APILimits.heldBodyBytes)
        let part = ByteBuffer(repeating: 0, count: 1 << 20)
        func fill(leaving: Int) -> [HeldBody] {
            var bodies: [HeldBody] = []
            while true {
                let body = HeldBody(among: all, leaving: leaving)
                do throws(Rejection) {
                    try body.append(part)
                } catch {
                    #expect(error.code == "queue-full")
                    return bodies
                }
                bodies.append(body)
            }
        }
        var batches = fill(leaving: APILimits.singleEventsBytes)
        #expect(batches.count == 48)
        var single = fill(leaving: 0)
        #expect(single.count == 16 && all.count == APILimits.heldBodyBytes)
        // What is refused holds nothing, and what is let go is free for whoever comes next.
        single = []
        #expect(all.count == 48 << 20 && fill(leaving: APILimits.singleEventsBytes).isEmpty)
        batches = []
        #expect(all.count == 0)
        _ = (batches, single)
    }

    @Test func `a body that takes too long is given up when more of it comes, and what it held is free`() throws {
        let part = ByteBuffer(repeating: 0, count: 10)
        for (patience, isTaken) in [(Duration.seconds(3600), true), (.zero, false)] {
            let all = HeldBytes(limit: 100, patience: patience)
            do {
                let body = HeldBody(among: all)
                try body.append(part)
                let began = ContinuousClock.now
                while ContinuousClock.now == began {}
                do throws(Rejection) {
                    try body.append(part)
                    #expect(isTaken && body.count == 20)
                } catch {
                    #expect(!isTaken && error.code == "body-malformed")
                }
            }
            #expect(all.count == 0)
        }
    }
}
