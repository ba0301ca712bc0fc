import Encodings
import SharingService
import Support
import Testing

/// When the next checkpoint is stamped.
@Suite struct StampScheduleTests {
    private let start = Instant(seconds: 1_793_534_400)

    @Test func `a log that has not grown is not stamped, and one that has at most so often`() {
        var schedule = StampSchedule(everySeconds: 600, stampedSize: nil, stampedAt: nil)
        #expect(schedule.isDue(size: 1, now: start))
        schedule.succeeded(size: 1, now: start)
        #expect(!schedule.isDue(size: 1, now: start.adding(seconds: 100_000)))
        #expect(!schedule.isDue(size: 2, now: start.adding(seconds: 599)))
        #expect(schedule.isDue(size: 2, now: start.adding(seconds: 600)))
    }

    @Test func `a restart does not stamp sooner, and a clock set back does not put it off for long`() {
        let schedule = StampSchedule(everySeconds: 600, stampedSize: 5, stampedAt: start)
        #expect(!schedule.isDue(size: 6, now: start.adding(seconds: 10)))
        #expect(schedule.isDue(size: 6, now: start.adding(seconds: 600)))
        #expect(schedule.isDue(size: 6, now: start.adding(seconds: -86_400)))
    }

    @Test func `after failures it waits longer and longer, within bounds, and never longer than it would anyway`() {
        var generator = SeededGenerator(seed: 9)
        for every: Int64 in [1, 60, 86_400] {
            var schedule = StampSchedule(everySeconds: every, stampedSize: nil, stampedAt: nil)
            var now = start
            for failures in 1...40 {
                schedule.failed(now: now, jitter: Double.random(in: 0...1, using: &generator))
                #expect(schedule.failures == failures)
                let most = min(every, 300, 2 << Int64(min(failures - 1, 16)))
                #expect(!schedule.isDue(size: 1, now: Instant(milliseconds: now.milliseconds + most * 500 - 1)))
                #expect(schedule.isDue(size: 1, now: now.adding(seconds: most)))
                now = now.adding(seconds: most)
            }
            schedule.succeeded(size: 1, now: now)
            #expect(schedule.failures == 0)
        }
    }
}
