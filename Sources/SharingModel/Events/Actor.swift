/// The person at an agency who did what an event says, by the agency's own identifier for them.
package struct Actor: Sendable, Hashable {
    package let id: String
    package let role: RoleCode
    /// Where they are employed, if not by the event's author.
    package let employer: AgencyID?
    /// For whom they act, if not for the event's author.
    package let actsFor: AgencyID?

    package init(id: String, role: RoleCode, employer: AgencyID? = nil, actsFor: AgencyID? = nil) {
        self.id = id
        self.role = role
        self.employer = employer
        self.actsFor = actsFor
    }
}

/// Who decided something: an actor, or only a name where no more is recorded.
package enum DecisionMaker: Sendable, Hashable {
    case named(String)
    case actor(Actor)
}
