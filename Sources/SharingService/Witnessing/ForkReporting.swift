import Encodings
import EventStore
import Logging
import SharingModel

/// Records in the site's own log what was found against logs, once each: `sharing.fork.detected.v1`.
///
/// An actor, so that two who found the same thing at once do not both record it.
actor ForkReporting {
    private let store: SiteStore
    private let witnessing: Witnessing
    private let record: @Sendable ([ReceivedEvent]) async -> [Answer]
    private let logger: Logger

    init(
        store: SiteStore, witnessing: Witnessing, logger: Logger,
        record: @escaping @Sendable ([ReceivedEvent]) async -> [Answer]
    ) {
        self.store = store
        self.witnessing = witnessing
        self.logger = logger
        self.record = record
    }

    /// Records everything that is not in the log yet. What cannot be recorded now is tried again the next time.
    func run(now: Instant) async {
        do {
            for (evidence, decision) in try witnessing.reportable() {
                guard try store.log.index(of: evidence.id) == nil else { continue }
                let event = try compose(evidence, decision, now)
                for case .failure(let rejection) in await record([event]) {
                    logger.error("evidence of a fork was not recorded", metadata: ["code": "\(rejection.code)"])
                }
            }
        } catch {
            logger.error("evidence of a fork was not recorded", metadata: ["error": "\(error)"])
        }
    }

    private func compose(
        _ evidence: ForkEvidence, _ decision: CosignatureBook.GivenUp?, _ now: Instant
    ) throws -> ReceivedEvent {
        var members = evidence.json.object ?? JSONObject()
        if let decision {
            members["givenUp"] = .object([
                "from": .integer(decision.from), "to": .integer(decision.to), "reason": .string(decision.reason),
            ])
        }
        return try store.ownEvent(
            .forkDetected, .object(["peer": .string(evidence.origin), "evidence": .object(members)]), id: evidence.id,
            at: now, isOwn: false)
    }
}
