package import Encodings

/// When to ask a peer, what to do with what it answers, and how long to leave it alone when it does not: a state machine without input and
/// output of its own. Time and chance come in as values, so that every run of it can be repeated.
///
/// One for each peer: a slow one delays nobody else. There is one question at a time, and none while what it brought is verified or
/// committed: a peer that has more than this site can take waits.
///
/// Whoever drives it does what the outputs say, in their order, and hands in what came of it. A question is known by its number; what comes
/// for an earlier one is ignored, so answers may be late, repeated or out of order.
package struct Puller: Sendable {
    package enum Input: Sendable, Hashable {
        /// Some time has passed.
        case tick
        /// The peer says that its log has this size: a hint, which is not believed but followed.
        case told(size: Int64)
        /// The peer was heard of, though it failed before: a hint that it is back.
        case heard
        /// A question was answered: the bytes are at hand.
        case answered(number: Int64)
        /// A question came to nothing.
        case failed(number: Int64)
        /// What was answered is verified.
        case verified(number: Int64)
        /// It was refused.
        case refused(number: Int64, Refusal)
        case committed(number: Int64, Committed)
        /// The operator removed or stopped the peer, or evidence stops it.
        case stop
        /// The operator decided to go on.
        case resume
    }

    /// What a refusal means for what comes next.
    package enum Refusal: Sendable, Hashable {
        /// There was nothing new in it, or it is to be asked for from elsewhere: ask again.
        case askAgain
        /// Wait longer each time.
        case backOff
        /// Nothing more is taken until the operator has decided.
        case stop
    }

    /// What a commit brought.
    package struct Committed: Sendable, Hashable {
        /// Whether everything up to the checkpoint is here, and the peer's statement agrees.
        package let isComplete: Bool
        /// Whether an event came that was not here.
        package let broughtEvents: Bool
        package let size: Int64

        package init(isComplete: Bool, broughtEvents: Bool, size: Int64) {
            self.isComplete = isComplete
            self.broughtEvents = broughtEvents
            self.size = size
        }
    }

    package enum Output: Sendable, Hashable {
        /// Ask for the next piece, and hand in what comes until the deadline.
        /// - waits: whether the peer may hold its answer back until it has something new.
        case ask(number: Int64, deadline: Instant, waits: Bool)
        /// Give the question up.
        case abandon(number: Int64)
        case verify(number: Int64)
        case commit(number: Int64)
        /// Record `sync.advanced` in the own log, and have the projections read what came.
        case advance(size: Int64)
        /// Cosign the checkpoint as a witness, and tell the peer how far this site has got.
        case cosignAndAcknowledge(size: Int64)
        /// Keep it as evidence that nothing came in time.
        case noteNoAnswer
        /// Tell the operator, loudly: nothing more is taken.
        case raiseAlarm
    }

    package enum State: Sendable, Hashable {
        /// Nothing is due before a moment.
        case waiting(until: Instant)
        case asking(number: Int64, deadline: Instant)
        case verifying(number: Int64)
        case committing(number: Int64)
        case stopped
    }

    package let timing: PullTiming
    package private(set) var state: State
    /// Questions that came to nothing, one after another.
    package private(set) var failures = 0
    /// Whether the peer has said all that it had when it was asked last.
    package private(set) var isCaughtUp = false
    /// Events came since the own log was last told.
    private var owesAdvance = false
    private var number: Int64 = 0
    /// The largest size that the peer told, and the size that is here.
    private var told: Int64 = 0
    private var here: Int64 = 0

    /// - Parameters:
    ///   - size: what is here already.
    ///   - owesAdvance: whether events are here that the own log has not been told of, after a crash between the two.
    package init(timing: PullTiming = PullTiming(), start: Instant, size: Int64, owesAdvance: Bool, isStopped: Bool) {
        self.timing = timing
        state = isStopped ? .stopped : .waiting(until: start)
        here = size
        self.owesAdvance = owesAdvance
    }

    /// Takes an input.
    /// - Returns: what is to be done, in this order.
    package mutating func handle(
        _ input: Input, now: Instant, using random: inout some RandomNumberGenerator
    ) -> [Output] {
        switch (input, state) {
        case (.stop, .stopped): return []
        case (.stop, .asking(let number, _)):
            state = .stopped
            return [.abandon(number: number)]
        case (.stop, _):
            state = .stopped
            return []
        case (.resume, .stopped):
            failures = 0
            isCaughtUp = false
            return ask(now)
        case (.tick, .waiting(let until)) where now >= until: return ask(now)
        case (.tick, .asking(let number, let deadline)) where now >= deadline:
            return [.abandon(number: number), .noteNoAnswer] + backOff(now, &random)
        case (.told(let size), .waiting):
            told = max(told, size)
            // Somebody who tells again and again is not asked more often than a peer that fails may be.
            return told > here && failures == 0 ? ask(now) : []
        case (.heard, .waiting): return failures > 0 ? ask(now) : []
        case (.told(let size), _):
            told = max(told, size)
            return []
        case (.answered(let answered), .asking(let number, _)) where answered == number:
            state = .verifying(number: number)
            return [.verify(number: number)]
        case (.failed(let failed), .asking(let number, _)) where failed == number: return backOff(now, &random)
        case (.verified(let verified), .verifying(let number)) where verified == number:
            state = .committing(number: number)
            return [.commit(number: number)]
        case (.refused(let refused, let refusal), .verifying(let number)) where refused == number,
            (.refused(let refused, let refusal), .committing(let number)) where refused == number:
            return refuse(refusal, now, &random)
        case (.committed(let committed, let result), .committing(let number)) where committed == number:
            return commit(result, now)
        default: return []
        }
    }

    private mutating func ask(_ now: Instant) -> [Output] {
        number += 1
        let deadline = now.adding(seconds: timing.answerSeconds)
        state = .asking(number: number, deadline: deadline)
        // Who was not to be reached may have changed meanwhile, so that its own state is what is new: a log as large as before may be another one, and
        // what it says is older than it need be.
        return [.ask(number: number, deadline: deadline, waits: isCaughtUp && told <= here && failures == 0)]
    }

    private mutating func backOff(_ now: Instant, _ random: inout some RandomNumberGenerator) -> [Output] {
        failures += 1
        state = .waiting(until: timing.next(after: failures, now: now, using: &random))
        return []
    }

    private mutating func refuse(
        _ refusal: Refusal, _ now: Instant, _ random: inout some RandomNumberGenerator
    ) -> [Output] {
        switch refusal {
        case .askAgain:
            // At once the first time; who answers with what is not wanted again and again is a failing peer.
            guard failures == 0 else { return backOff(now, &random) }
            failures = 1
            return ask(now)
        case .backOff: return backOff(now, &random)
        case .stop:
            state = .stopped
            return [.raiseAlarm]
        }
    }

    private mutating func commit(_ result: Committed, _ now: Instant) -> [Output] {
        failures = 0
        here = max(here, result.size)
        owesAdvance = owesAdvance || result.broughtEvents
        isCaughtUp = result.isComplete
        guard result.isComplete else { return ask(now) }
        var outputs: [Output] = []
        // Of an empty poll nothing is recorded, so two sites never set each other off.
        if owesAdvance { outputs.append(.advance(size: result.size)) }
        owesAdvance = false
        outputs.append(.cosignAndAcknowledge(size: result.size))
        state = .waiting(until: told > here ? now : Instant(milliseconds: now.milliseconds + timing.pollMilliseconds))
        return outputs
    }
}

/// How long a puller waits for what.
package struct PullTiming: Sendable, Hashable {
    /// From one poll to the next, where nothing is to be told, in milliseconds.
    package var pollMilliseconds: Int64 = 1_000
    /// For an answer, in seconds, a long poll included.
    package var answerSeconds: Int64 = 60
    /// After the first failure, in milliseconds, at most; twice as long after each further one.
    package var firstBackOffMilliseconds: Int64 = 1_000
    /// Never longer, in milliseconds.
    package var longestBackOffMilliseconds: Int64 = 300_000

    package init() {}

    /// When to ask again after so many failures: somewhere between half of the full time and all of it, so that many sites that lost one
    /// peer together do not come back together.
    func next(after failures: Int, now: Instant, using random: inout some RandomNumberGenerator) -> Instant {
        let doublings = min(max(0, failures - 1), 30)
        let (product, overflow) = firstBackOffMilliseconds.multipliedReportingOverflow(by: 1 << Int64(doublings))
        let full = overflow ? longestBackOffMilliseconds : min(product, longestBackOffMilliseconds)
        return Instant(milliseconds: now.milliseconds + Int64.random(in: (full + 1) / 2...max(1, full), using: &random))
    }
}

extension PieceRefusal {
    /// What it means for the puller.
    package var consequence: Puller.Refusal {
        switch self {
        case .alreadyHere, .notNext: .askAgain
        case .sealing, .notTrustedYet, .storage: .backOff
        case .evidence(let evidence): evidence.stops ? .stop : .backOff
        }
    }
}
