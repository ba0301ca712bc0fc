import Encodings
import Support
import Testing

@testable import Shipping

/// The puller alone: what it does with time, answers and failures.
@Suite struct PullerTests {
    private var random = SeededGenerator(seed: 7)
    private var now = Instant(seconds: 1_795_348_800)
    private var puller: Puller

    init() {
        puller = Puller(start: Instant(seconds: 1_795_348_800), size: 0, owesAdvance: false, isStopped: false)
    }

    private mutating func handle(_ input: Puller.Input) -> [Puller.Output] {
        puller.handle(input, now: now, using: &random)
    }

    private mutating func pass(seconds: Int64) -> [Puller.Output] {
        now = now.adding(seconds: seconds)
        return handle(.tick)
    }

    private static func committed(
        _ number: Int64, complete: Bool = true, events: Bool = true, size: Int64 = 10
    ) -> Puller.Input {
        .committed(number: number, .init(isComplete: complete, broughtEvents: events, size: size))
    }

    private mutating func walk(_ number: Int64, _ last: Puller.Input) -> [Puller.Output] {
        _ = handle(.answered(number: number))
        _ = handle(.verified(number: number))
        return handle(last)
    }

    @Test mutating func `a question is answered, verified, committed, told to the own log, cosigned`() {
        #expect(handle(.tick) == [.ask(number: 1, deadline: now.adding(seconds: 60), waits: false)])
        #expect(handle(.tick).isEmpty)
        #expect(handle(.answered(number: 1)) == [.verify(number: 1)])
        #expect(handle(.verified(number: 1)) == [.commit(number: 1)])
        #expect(handle(Self.committed(1)) == [.advance(size: 10), .cosignAndAcknowledge(size: 10)])
        #expect(pass(seconds: 1) == [.ask(number: 2, deadline: now.adding(seconds: 60), waits: true)])
    }

    @Test mutating func `while there is more it asks on at once, and tells the own log at the end, once`() {
        _ = handle(.tick)
        let more = walk(1, Self.committed(1, complete: false))
        #expect(more == [.ask(number: 2, deadline: now.adding(seconds: 60), waits: false)])
        #expect(walk(2, Self.committed(2, events: false, size: 20)).first == .advance(size: 20))
        _ = pass(seconds: 1)
        #expect(walk(3, Self.committed(3, events: false, size: 20)) == [.cosignAndAcknowledge(size: 20)])
    }

    @Test mutating func `a peer that never answers is asked less and less often, and noted each time`() {
        var waits: [Int64] = []
        _ = handle(.tick)
        for number in 1...14 {
            let outputs = pass(seconds: 60)
            #expect(outputs == [.abandon(number: Int64(number)), .noteNoAnswer])
            guard case .waiting(let until) = puller.state else {
                Issue.record("it waits")
                return
            }
            waits.append(until.milliseconds - now.milliseconds)
            now = until
            guard case .ask = handle(.tick).first else {
                Issue.record("it asks again")
                return
            }
        }
        for (place, wait) in waits.enumerated() {
            let full: Int64 = min(Int64(1000) << Int64(place), 300_000)
            #expect(((full + 1) / 2...full).contains(wait))
        }
        #expect(puller.failures == 14)
        // An answer that comes after all is nobody's any more.
        #expect(handle(.answered(number: 3)).isEmpty)
        #expect(walk(15, Self.committed(15)).isEmpty == false)
        #expect(puller.failures == 0)
    }

    @Test mutating func `being told is a hint: it asks sooner, but not a peer that fails`() {
        _ = handle(.tick)
        _ = walk(1, Self.committed(1))
        #expect(handle(.told(size: 10)).isEmpty)
        #expect(handle(.told(size: 11)) == [.ask(number: 2, deadline: now.adding(seconds: 60), waits: false)])
        _ = handle(.failed(number: 2))
        #expect(handle(.told(size: 12)).isEmpty)
    }

    @Test mutating func `a peer that failed, or was stopped, is asked to answer at once`() {
        func asked(_ outputs: [Puller.Output]) -> Bool? {
            guard case .ask(_, _, let waits) = outputs.first else { return nil }
            return waits
        }
        _ = handle(.tick)
        _ = walk(1, Self.committed(1))
        #expect(asked(pass(seconds: 1)) == true)
        _ = handle(.failed(number: 2))
        #expect(asked(pass(seconds: 1)) == false)
        _ = handle(.failed(number: 3))
        #expect(asked(handle(.heard)) == false)
        _ = walk(4, Self.committed(4, events: false))
        #expect(asked(pass(seconds: 1)) == true)
        _ = handle(.stop)
        #expect(asked(handle(.resume)) == false)
    }

    @Test mutating func `what is refused decides how it goes on`() {
        _ = handle(.tick)
        _ = handle(.answered(number: 1))
        guard case .ask = handle(.refused(number: 1, .askAgain)).first else {
            Issue.record("it asks again at once")
            return
        }
        _ = handle(.answered(number: 2))
        // A peer that brings what is not wanted over and over is not asked without a pause.
        #expect(handle(.refused(number: 2, .askAgain)).isEmpty)
        now = now.adding(seconds: 600)
        _ = handle(.tick)
        _ = handle(.answered(number: 3))
        #expect(handle(.refused(number: 3, .stop)) == [.raiseAlarm])
        #expect(pass(seconds: 100_000).isEmpty && handle(.told(size: 99)).isEmpty)
        guard case .ask(let number, _, _) = handle(.resume).first else {
            Issue.record("it goes on when somebody decided so")
            return
        }
        #expect(handle(.stop) == [.abandon(number: number)])
        #expect(puller.state == .stopped)
    }

    @Test mutating func `after a crash between replica and log, the log is told with the next poll`() {
        puller = Puller(start: now, size: 10, owesAdvance: true, isStopped: false)
        _ = handle(.tick)
        #expect(walk(1, Self.committed(1, events: false)) == [.advance(size: 10), .cosignAndAcknowledge(size: 10)])
    }

    @Test
    func `whatever comes in whatever order, there is one question at a time, and no commit without a verification`() {
        for seed in 0..<300 as Range<UInt64> {
            var random = SeededGenerator(seed: seed)
            var now = Instant(seconds: 1_795_348_800)
            var puller = Puller(start: now, size: 0, owesAdvance: false, isStopped: false)
            var asked: Int64 = 0
            var open: Set<Int64> = []
            var verifying: Int64?
            var committing: Int64?
            for _ in 0..<200 {
                now = Instant(milliseconds: now.milliseconds + Int64.random(in: 0...40_000, using: &random))
                let number = Int64.random(in: max(0, asked - 2)...asked + 1, using: &random)
                let refusals: [Puller.Refusal] = [.askAgain, .backOff, .stop]
                let inputs: [Puller.Input] = [
                    .tick, .tick, .told(size: number), .answered(number: number), .failed(number: number),
                    .verified(number: number),
                    .refused(number: number, refusals.randomElement(using: &random) ?? .backOff),
                    Self.committed(number, complete: Bool.random(using: &random), events: Bool.random(using: &random)),
                    .resume, .stop,
                ]
                let input = inputs.randomElement(using: &random) ?? .tick
                if case .failed(let failed) = input, puller.state == .asking(number: failed, deadline: deadline(puller))
                {
                    open.remove(failed)
                }
                for output in puller.handle(input, now: now, using: &random) {
                    switch output {
                    case .ask(let number, _, _):
                        #expect(number == asked + 1 && open.isEmpty)
                        asked = number
                        open.insert(number)
                    case .abandon(let number): #expect(open.remove(number) != nil)
                    case .verify(let number):
                        #expect(open.remove(number) != nil)
                        verifying = number
                    case .commit(let number):
                        #expect(verifying == number)
                        committing = number
                    case .advance, .cosignAndAcknowledge: #expect(committing == asked)
                    case .noteNoAnswer, .raiseAlarm: break
                    }
                }
            }
        }
    }

    private func deadline(_ puller: Puller) -> Instant {
        if case .asking(_, let deadline) = puller.state { deadline } else { Instant(milliseconds: 0) }
    }
}
