package import Encodings

/// The CloudEvents attributes of a signed event (LOGFORMAT §9).
package struct Envelope: Sendable, Hashable {
    package let id: UniqueID
    /// The author.
    package let source: AgencyID
    /// The origin of the site it was posted to.
    package let site: String
    package let type: String
    /// The author's claim; effects follow log position, never this.
    package let time: Instant
    package let subject: PersonIdentifier?
    package let cause: UniqueID?

    package init(
        id: UniqueID, source: AgencyID, site: String, type: String, time: Instant, subject: PersonIdentifier? = nil,
        cause: UniqueID? = nil
    ) {
        self.id = id
        self.source = source
        self.site = site
        self.type = type
        self.time = time
        self.subject = subject
        self.cause = cause
    }
}
