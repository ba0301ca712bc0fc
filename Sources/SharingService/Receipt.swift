package import Encodings
import EventStore

/// What the poster of an event gets: where it stands in the log, what came of it, and the checkpoint that covers it (DESIGN section 6).
package struct Receipt: Sendable {
    package struct Follower: Sendable {
        package let id: UniqueID
        package let index: Int64
        package let type: String
    }

    package let id: UniqueID
    package let index: Int64
    package let leafHash: [UInt8]
    package let recorded: Instant
    /// `recorded`, or for what needs a decision `permitted`, `partly-permitted`, `refused` or `referred`.
    package let outcome: String
    /// The signed note.
    package let checkpoint: String
    /// The decision as the poster may see it.
    package let decision: JSON?
    /// What was appended because of it, the decision first.
    package let follows: [Follower]
    /// Whether it was there already.
    package let isRepeat: Bool

    package var json: JSON {
        .object([
            "id": .text(id), "index": .integer(index),
            "leafHash": .string(Base64.standard.encode(leafHash)), "recorded": .text(recorded),
            "outcome": .string(outcome), "checkpoint": .string(checkpoint), "decision": decision,
            "follows": .array(
                follows.map {
                    .object(["id": .text($0.id), "index": .integer($0.index), "type": .string($0.type)])
                }),
        ])
    }
}
