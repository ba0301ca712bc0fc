package import Encodings

/// The clocks of a disclosure (DOMAIN §3).
extension Clock {
    /// A disclosure that was referred to the holder's people. Overdue means escalated.
    /// - Parameters:
    ///   - urgency: of the referral it belongs to; routine where there is none.
    ///   - course: from the decision to its resolution, or to the withdrawal of what it was for.
    package static func referred(
        _ urgency: Urgency, _ course: Course, _ baseline: Baseline, asOf moment: Instant
    ) -> Clock {
        read(.referred, baseline.clocks.referred.limit(urgency), course, baseline, asOf: moment)
    }

    /// What the recipient owes by the obligation `receipt`. It is paused while the delivery is disputed and cancelled by a recall.
    /// - Returns: nil if the obligation's value is no length of time.
    package static func receipt(
        _ obligation: Obligation, _ course: Course, _ baseline: Baseline, asOf moment: Instant
    ) -> Clock? {
        guard obligation.kind == "receipt", let limit = ClockLimit(obligation.value) else { return nil }
        return read(.receipt, limit, course, baseline, asOf: moment)
    }

    /// Why a decision is looked at again.
    package enum Review: String, Sendable, Hashable, CaseIterable {
        case breakGlass = "break-glass"
        case shareFirst = "share-first"
        case oneOff = "one-off"
    }

    /// A review, from the decision to `review.completed`.
    package static func review(
        _ review: Review, _ course: Course, _ baseline: Baseline, asOf moment: Instant
    ) -> Clock {
        switch review {
        case .breakGlass:
            read(.reviewBreakGlass, baseline.clocks.reviewBreakGlass, course, baseline, asOf: moment)
        case .shareFirst:
            read(.reviewShareFirst, baseline.clocks.reviewShareFirst, course, baseline, asOf: moment)
        case .oneOff: read(.reviewOneOff, baseline.clocks.reviewOneOff, course, baseline, asOf: moment)
        }
    }

    /// The date by which an agreement's parties look at it again, which is met to its last moment. It is paused while the agreement is suspended
    /// and cancelled when it has ended or was replaced.
    package static func agreementReview(
        _ date: CalendarDay, _ course: Course, _ baseline: Baseline, asOf moment: Instant
    ) -> Clock {
        read(.agreementReview, due: baseline.timeZone.end(of: date), course: course, asOf: moment)
    }
}
