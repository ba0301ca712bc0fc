package import Encodings
package import EventStore

/// What only who knows the vocabulary can say of an event. The post room asks; it does not know what a decision or an agency is.
///
/// Every answer MUST follow from the event and from what stands before it in the log, and never change: the same stream of records has to
/// come out each time that it is asked for.
package protocol EventMeaning: Sendable {
    /// Whether events of a type may say where an agency is hosted, so that others need not be opened.
    func mayHost(_ type: String) -> Bool

    /// The agencies that an event says are hosted at a site.
    func hosted(by event: UnverifiedEvent, at site: String) -> [String]

    /// The names of the disclosures that a decision permits of what its entry releases.
    func released(by decision: UnverifiedEvent) -> Set<String>

    /// The events that what may be seen of an event depends on: a fact that a reader cannot read is not named to it either.
    func references(of event: UnverifiedEvent) -> [UniqueID]

    /// The disclosures of an event that is addressed to agencies by its audience, of those that they may see, in the order of the payload.
    /// - Parameter known: those of `references(of:)` that are for the receiver, as of this event's position.
    func visible(
        of event: UnverifiedEvent, _ entry: Entry, to agencies: Set<String>, known: Set<UniqueID>
    ) -> [Disclosure]

    /// Whether the person's body was destroyed on purpose: an erasure in the log says so.
    func isErased(_ subject: UniqueID) -> Bool
}
