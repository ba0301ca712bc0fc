import Encodings
import SharingModel

/// Whether there is a consent of one kind for one item, and if not how far the best one got.
enum ConsentFinding {
    case serves(ServingConsent)
    case fails(ConsentFailure)
}

/// A consent that serves, or what serves in its place.
struct ServingConsent {
    /// The consent, or the decision in the person's best interests.
    let event: EventReference
    /// What entitles whoever gave it: an assessment, a representative on record.
    var entitlement: [EventReference] = []
    /// Its own end, or when it lapses; nil for none.
    var until: Instant?
    /// Its end, where it names the recipient and so may be known to it.
    var knownEnd: Instant?
    /// Somebody said yes, rather than decided for the person.
    var isConsent = true
}

/// Why no consent of a kind serves.
struct ConsentFailure {
    /// How far a consent got before it failed. The one that gets furthest speaks (DOMAIN 5.4).
    enum Progress: Int, Comparable {
        case absent, outOfScope, excepted, expired, withdrawn, giver

        static func < (left: Progress, right: Progress) -> Bool { left.rawValue < right.rawValue }
    }

    let progress: Progress
    let code: RefusalCode
    /// A fact is missing that somebody could still supply: the holder is asked rather than the recipient refused.
    var isReferred = false
    /// The consent, withdrawal or refusal that says so.
    var fact: EventReference?
    /// `withdrawn 2026-03-01`
    var detail: Detail?
    /// Whether the recipient is named in the fact's consent. Of equal failures the one it may read speaks.
    var namesRecipient = false

    var standing: Standing {
        Standing(progress: progress, isReferred: isReferred, fact: fact, namesRecipient: namesRecipient)
    }

    func speaksBefore(_ other: ConsentFailure) -> Bool { standing.speaksBefore(other.standing) }
}

extension ConsentFailure {
    /// As much of a failure as tells which of two speaks.
    struct Standing {
        let progress: Progress
        let isReferred: Bool
        let fact: EventReference?
        let namesRecipient: Bool
    }
}

extension ConsentFailure.Standing {
    /// The better of two reasons: further, then one that only lacks a fact, then one that the recipient may read, then
    /// the younger event.
    func speaksBefore(_ other: ConsentFailure.Standing) -> Bool {
        if progress != other.progress { return progress > other.progress }
        if isReferred != other.isReferred { return isReferred }
        if namesRecipient != other.namesRecipient { return namesRecipient }
        switch (fact, other.fact) {
        case (let fact?, let otherFact?): return fact > otherFact
        case (let fact, let otherFact): return fact != nil && otherFact == nil
        }
    }
}
