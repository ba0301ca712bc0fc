import Encodings
import SharingModel

/// What is known of the peers' logs is no older than the flow allows. Age counts from the peer's own statement, not
/// from the fetch.
struct StalenessStep: FlowStep {
    let rung = Rung.staleness

    func examine(_ candidate: Candidate) -> StepAnswer {
        guard let limit = candidate.flow.conditions.maxStaleness else { return .passes }
        let facts = candidate.docket.facts
        let stale = facts.replicas.filter { $0.asOf.adding(seconds: limit.seconds) < facts.clock }
        guard let oldest = stale.min(by: { ($0.asOf, $0.origin) < ($1.asOf, $1.origin) }) else { return .passes }
        return .stops(.replicaTooStale, isReferred: true, detail: "\(oldest.origin) as of \(oldest.asOf)")
    }
}
