import Encodings
import SharingModel

/// Whether the person may speak for themselves (DOMAIN 5.5).
enum OwnVoice {
    /// The assessment, where there had to be one.
    case entitled(EventReference?)
    /// Under 16, and nobody has assessed whether they understand.
    case unassessed
    case lacksCapacity(EventReference)
}

extension Docket {
    /// What is known of the person's voice at a moment: a child under 16 needs an assessment that says so (Gillick),
    /// everybody else has it unless they were assessed as lacking capacity. An unknown age changes nothing.
    func ownVoice(at moment: Instant) -> OwnVoice {
        switch age(at: moment) {
        case .some(..<16):
            if let last = lastAssessment(), last.outcome == .lacks { return .lacksCapacity(last.event) }
            guard let gillick = lastAssessment(.gillick), gillick.outcome == .has else { return .unassessed }
            return .entitled(gillick.event)
        case .some:
            if let lacking = lackOfCapacity { return .lacksCapacity(lacking) }
            return .entitled(nil)
        case nil:
            if let last = lastAssessment(), last.outcome == .lacks { return .lacksCapacity(last.event) }
            return .entitled(nil)
        }
    }

    /// The assessment under the Mental Capacity Act 2005 that says so, if it is the last one.
    var lackOfCapacity: EventReference? {
        guard let last = lastAssessment(.mca), last.outcome == .lacks else { return nil }
        return last.event
    }

    /// The last assessment, of one basis or of any. One under a revoked key entitles nobody; that somebody lacks
    /// capacity keeps counting.
    func lastAssessment(_ basis: CapacityAssessed.Basis? = nil) -> CapacityOnRecord? {
        if facts.capacity.isEmpty { return nil }
        return facts.capacity.filter {
            (basis == nil || $0.basis == basis) && !($0.isUnderRevokedKey && $0.outcome == .has)
        }.max { $0.event < $1.event }
    }
}
