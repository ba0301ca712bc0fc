package import Encodings
import EventStore

/// The receipt of an event (DESIGN section 6), as the site wrote it.
package struct PostedReceipt: Sendable, Hashable {
    package struct Follower: Sendable, Hashable {
        package let id: UniqueID
        package let index: Int64
        package let type: String
    }

    package let id: UniqueID
    package let index: Int64
    /// `recorded`, or for what needs a decision `permitted`, `partly-permitted`, `refused` or `referred`.
    package let outcome: String
    package let recorded: Instant
    /// The signed note.
    package let checkpoint: String
    /// The decision as the poster may see it.
    package let decision: JSON?
    package let follows: [Follower]
    /// The receipt verbatim.
    package let json: JSON

    /// Nil where a member is missing.
    package init?(json: JSON) {
        guard let id = json["id"]?.string.flatMap(UniqueID.init), let index = json["index"]?.integer,
            let outcome = json["outcome"]?.string, let checkpoint = json["checkpoint"]?.string,
            let recorded = json["recorded"]?.string.flatMap({ Instant($0) })
        else { return nil }
        self.id = id
        self.index = index
        self.outcome = outcome
        self.recorded = recorded
        self.checkpoint = checkpoint
        decision = json["decision"].flatMap { $0 == .null ? nil : $0 }
        follows = (json["follows"]?.array ?? []).compactMap { follower in
            guard let id = follower["id"]?.string.flatMap(UniqueID.init), let index = follower["index"]?.integer,
                let type = follower["type"]?.string
            else { return nil }
            return Follower(id: id, index: index, type: type)
        }
        self.json = json
    }

    /// Holds the receipt against a pinned verifier key: its checkpoint is signed by the log, and covers the event.
    ///
    /// That the event is under the checkpoint's root is for an inclusion proof to show.
    /// - Throws: `ClientError.notProven`
    package func check(against key: VerifierKeyText) throws(ClientError) {
        let checkpoint: Checkpoint
        do throws(NoteError) {
            checkpoint = try SignedCheckpoint(parsing: self.checkpoint).verified(by: key.key)
        } catch .noKnownSignature {
            throw .notProven(
                reason:
                    "the receipt's checkpoint is not signed by the pinned key; the event may be recorded all the same. Did the site change its key? Ask its operator, and pin the new one with `--vkey` or `sharectl context set NAME --vkey`"
            )
        } catch {
            throw .notProven(
                reason:
                    "the receipt's checkpoint does not verify under the pinned key: \(error); the event may be recorded all the same"
            )
        }
        guard index >= 0, index < checkpoint.size else {
            throw .notProven(reason: "the receipt's checkpoint does not cover the event")
        }
    }
}

/// A verifier key as people pin it.
package struct VerifierKeyText: Sendable, Hashable {
    let key: VerifierKey

    /// - Throws: `ClientError.badVerifierKey` if the text is none.
    package init(_ text: String) throws(ClientError) {
        do throws(NoteError) {
            key = try VerifierKey(parsing: text)
        } catch {
            throw .badVerifierKey(reason: error.description)
        }
    }

    /// The origin of the site whose key it is.
    package var origin: String { key.name }
    package var text: String { key.description }
}
