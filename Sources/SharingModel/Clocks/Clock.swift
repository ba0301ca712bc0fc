package import Encodings

/// A clock of the site as it stands at a moment (DOMAIN §3). What is overdue follows from the moment that is asked about, and is stored
/// nowhere.
package struct Clock: Sendable, Hashable {
    package enum Name: String, Sendable, Hashable, CaseIterable {
        /// A children's referral, until it is acknowledged or decided.
        case acknowledge
        /// A children's referral, until it is accepted or declined, or redirected to somebody whom it reached.
        case decide
        /// The child and family assessment, from the referral on until it is completed.
        case assessment
        /// A disclosure that was referred to the holder's people, until they resolve it.
        case referred
        /// Something delivered, until its recipient says that it arrived.
        case receipt
        case reviewBreakGlass = "review-break-glass"
        case reviewShareFirst = "review-share-first"
        case reviewOneOff = "review-one-off"
        /// An agreement, until its parties look at it again.
        case agreementReview = "agreement-review"
    }

    package enum State: String, Sendable, Hashable, CaseIterable {
        case running, paused, met, missed, cancelled
    }

    package let name: Name
    package let started: Instant
    /// The last moment at which it is still met. While it is paused, as if it went on at the moment asked about.
    package let due: Instant
    /// When what it waited for was done; nil while it was not.
    package let ended: Instant?
    package let state: State

    /// Whether it is past due and still waits for somebody.
    package var isOverdue: Bool { state == .missed && ended == nil }

    /// Whole minutes by which it was missed, or is overdue by now; 0 where it is not.
    package func minutesLate(asOf moment: Instant) -> Int64 {
        guard state == .missed else { return 0 }
        return max(0, (ended ?? moment).seconds - due.seconds) / 60
    }
}

extension Clock {
    /// Time that does not count.
    package struct Pause: Sendable, Hashable {
        package let from: Instant
        /// Nil while it lasts.
        package let until: Instant?

        package init(from: Instant, until: Instant?) {
            self.from = from
            self.until = until
        }
    }

    /// What happened to a clock, as the log has it.
    package struct Course: Sendable, Hashable {
        package var started: Instant
        /// When what it waits for was done.
        package var ended: Instant?
        /// When nobody waited for it any more.
        package var cancelled: Instant?
        /// In the order of time, none overlapping another.
        package var pauses: [Pause]

        package init(
            started: Instant, ended: Instant? = nil, cancelled: Instant? = nil, pauses: [Pause] = []
        ) {
            self.started = started
            self.ended = ended
            self.cancelled = cancelled
            self.pauses = pauses
        }

        /// As it was known at a moment.
        fileprivate func known(at moment: Instant) -> Course {
            func past(_ instant: Instant?) -> Instant? { instant.flatMap { $0 <= moment ? $0 : nil } }
            return Course(
                started: started, ended: past(ended), cancelled: past(cancelled),
                pauses: pauses.filter { $0.from <= moment }.map { Pause(from: $0.from, until: past($0.until)) })
        }
    }

    /// Reads a clock that has a limit.
    /// - Parameter moment: nothing that was recorded after it is taken into account.
    package static func read(
        _ name: Name, _ limit: ClockLimit, _ course: Course, _ baseline: Baseline, asOf moment: Instant
    ) -> Clock {
        let known = course.known(at: moment)
        let stop = known.ended ?? known.cancelled ?? moment
        let pauses = known.pauses.map { Pause(from: $0.from, until: min($0.until ?? stop, stop)) }
        return read(name, due: baseline.due(limit, from: course.started, pauses: pauses), known, asOf: moment)
    }

    /// Reads a clock that has a date.
    package static func read(_ name: Name, due: Instant, course: Course, asOf moment: Instant) -> Clock {
        read(name, due: due, course.known(at: moment), asOf: moment)
    }

    private static func read(_ name: Name, due: Instant, _ known: Course, asOf moment: Instant) -> Clock {
        let wasMet = known.ended.map { ended in known.cancelled.map { ended <= $0 } ?? true } ?? false
        let state: State =
            if wasMet, let ended = known.ended {
                ended <= due ? .met : .missed
            } else if known.cancelled != nil {
                .cancelled
            } else if known.pauses.contains(where: { $0.until == nil }) {
                .paused
            } else {
                moment > due ? .missed : .running
            }
        return Clock(name: name, started: known.started, due: due, ended: wasMet ? known.ended : nil, state: state)
    }
}
