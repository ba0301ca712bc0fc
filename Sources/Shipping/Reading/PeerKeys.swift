package import EventStore

/// The keys of a peer's log, as its own events enrol and end them. Only who knows the vocabulary can follow those; every one of them is for
/// everybody, so a replica always has them all.
///
/// Positions decide, not the order of calls: an answer for a position MUST NOT change by what is followed later, and the founding event is
/// valid under the key that it carries itself.
package protocol PeerKeys: Sendable {
    /// Follows an event that is for everybody and about nobody.
    mutating func follow(_ entry: Entry, _ event: UnverifiedEvent, at index: Int64)

    /// What a key was worth at a position.
    func standing(of kid: Thumbprint, author: String, at index: Int64) -> KeyStanding

    /// The verifier key that an event announces for the log's checkpoints; nil for every other event.
    func announcedCheckpointKey(_ entry: Entry, _ event: UnverifiedEvent) -> String?
}
