import Encodings
import SharingModel

/// What is known of the peers' logs is no older than the flow allows. Age counts from the peer's own statement, not
/// from the fetch.
struct StalenessStep: FlowStep {
    let rung = Rung.staleness

    func stop(_ candidate: Candidate, _ grounds: inout Grounds) -> Stop? {
        guard !candidate.docket.facts.replicas.isEmpty, let limit = candidate.terms.flow.conditions.maxStaleness else {
            return nil
        }
        let clock = candidate.docket.facts.clock
        let stale = candidate.docket.facts.replicas.filter { $0.asOf.adding(seconds: limit.seconds) < clock }
        return stale.min { ($0.asOf, $0.origin) < ($1.asOf, $1.origin) }.map {
            Stop(code: .replicaTooStale, isReferred: true, detail: .replica($0))
        }
    }
}
