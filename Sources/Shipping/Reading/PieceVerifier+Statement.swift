import Encodings
package import EventStore

extension PieceVerifier {
    /// The statement of a piece: signed by the peer, of this tree, newer than the last, and counting exactly what came.
    /// - Parameter next: the state with everything that the piece tells.
    /// - Returns: nil for a piece without one, and for one that was seen before.
    func verified(
        _ piece: UnverifiedPiece, _ next: inout ReplicaState
    ) throws(PieceRefusal) -> (new: VerifiedAudienceStatement?, following: VerifiedAudienceStatement.Following?) {
        guard let unverified = piece.statement else { return (nil, nil) }
        let new: VerifiedAudienceStatement
        do throws(StatementError) {
            new = try unverified.verified(by: trust.siteKey, origin: state.origin, receiver: state.receiver)
        } catch {
            throw found(.forgedStatement, piece.bytes, error.description)
        }
        let (statement, checkpoint) = (new.statement, piece.header.checkpoint.checkpoint)
        guard statement.size == checkpoint.size, statement.root == checkpoint.root else {
            throw found(.forgedStatement, piece.bytes, "the audience statement is of another tree than the checkpoint")
        }
        guard statement.asOf <= now.adding(seconds: ShippingLimits.clockAheadSeconds) else {
            throw found(
                .ahead, new.jws,
                "the audience statement is from the future; one of the two clocks is wrong")
        }
        var following: VerifiedAudienceStatement.Following?
        if let old = state.statement {
            if old.jws == new.jws { return (nil, nil) }
            let follows = old.isFollowed(by: new)
            switch follows {
            case .directly, .withGap: following = follows
            case .notNewer:
                throw found(.replayedStatement, new.jws, "an audience statement from before was shown as new")
            case .retracts:
                throw found(
                    .retractedStatement, Self.pair(old, new),
                    "a newer audience statement says less than an older one")
            }
        }
        guard statement.count == next.addressed.count, statement.digest == next.addressed.digest() else {
            throw found(.withheld, piece.bytes, "the audience statement counts other entries than the peer shipped")
        }
        guard next.awaited.isEmpty else {
            throw found(
                .withheld, piece.bytes, "the peer's log released \(next.awaited.count) events that it did not ship")
        }
        next.statement = new
        return (new, following)
    }

    /// Two statements that contradict each other, a line each.
    private static func pair(_ old: VerifiedAudienceStatement, _ new: VerifiedAudienceStatement) -> [UInt8] {
        old.jws + [0x0A] + new.jws + [0x0A]
    }
}

extension VerifiedAudienceStatement {
    /// Whether an entry of the same tree that surfaced elsewhere proves that it was withheld: the statement says that everything for these
    /// agencies below its size was shipped, and this was not.
    /// - Parameters:
    ///   - leaf: what the tree has at that position.
    ///   - shipped: whether it came.
    package func isRefuted(by entry: Entry, at index: Int64, leaf: MerkleHash, shipped: Bool) -> Bool {
        guard index < statement.size, entry.leafHash == leaf, !shipped else { return false }
        return entry.audience.contains { $0 == Entitlement.everybody || statement.agencies.contains($0) }
    }
}
