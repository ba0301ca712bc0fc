package import Encodings
package import SharingModel

/// Everything the site knows, at one position of its log, that the judge may use to answer a ``Question``.
///
/// The judge uses every fact the site holds, whoever may read it; what a reader sees of the answer is ``View``'s
/// matter. Order within the lists means nothing. Records that are about another person or other agencies do no harm
/// where the rule that reads them says so; consents, refusals, birth and referrals must be those of the person in
/// question.
package struct Facts: Sendable {
    /// Index of the event decided.
    package var at: Int64
    /// The site's clock when that event was recorded. The judge has no other clock.
    package var clock: Instant
    /// Digest over baseline and agreements in force, as the decision carries it (DOMAIN 5, `policy`).
    package var policy: String
    /// The baseline in force; nil where none has been adopted, and then nothing can be permitted.
    package var baseline: Baseline? {
        get { law?.value }
        set {
            law = newValue.map(Held.init)
            prepared = nil
        }
    }
    /// The baseline. Held, because facts are copied for every question.
    private var law: Held<Baseline>?
    /// Every agreement that was ever proposed, each version of its own.
    package var agreements: [AgreementOnRecord] { didSet { prepared = nil } }
    /// The two above made ready, by whoever has them ready; they are what it was made of. Changing one of them takes it
    /// away.
    package var prepared: PreparedPolicy?
    /// When the person was born, by the last `subject.described` that says so.
    package var birth: BirthOnRecord?
    /// Consents of this person, withdrawn ones too.
    package var consents: [ConsentOnRecord]
    /// Refusals of this person.
    package var refusals: [RefusalOnRecord]
    /// Open referrals of this person.
    package var openReferrals: [ReferralOnRecord]
    /// Objections of this person, whatever became of them.
    package var objections: [ObjectionOnRecord]
    /// Court orders about this person, discharged ones too.
    package var courtOrders: [CourtOrderOnRecord]
    /// Shields around this person, and what lifts them.
    package var shields: [ShieldOnRecord]
    /// What was recorded of this person's death.
    package var deaths: [DeathOnRecord]
    /// Assessments of this person's capacity.
    package var capacity: [CapacityOnRecord]
    /// Who was recorded to speak for this person, ended ones too.
    package var representatives: [RepresentativeOnRecord]
    /// Decisions in this person's best interests.
    package var bestInterests: [BestInterestsOnRecord]
    /// What the holder received about this person under `onward: none`.
    package var received: [ReceivedOnRecord]
    /// What was known of the peers' logs; empty at a site without peers.
    package var replicas: [Replica]

    package init(
        at: Int64, clock: Instant, policy: String, baseline: Baseline?, agreements: [AgreementOnRecord] = [],
        prepared: PreparedPolicy? = nil, birth: BirthOnRecord? = nil, consents: [ConsentOnRecord] = [],
        refusals: [RefusalOnRecord] = [],
        openReferrals: [ReferralOnRecord] = [], objections: [ObjectionOnRecord] = [],
        courtOrders: [CourtOrderOnRecord] = [], shields: [ShieldOnRecord] = [], deaths: [DeathOnRecord] = [],
        capacity: [CapacityOnRecord] = [], representatives: [RepresentativeOnRecord] = [],
        bestInterests: [BestInterestsOnRecord] = [], received: [ReceivedOnRecord] = [], replicas: [Replica] = []
    ) {
        self.at = at
        self.clock = clock
        self.policy = policy
        law = prepared?.law.baseline ?? baseline.map(Held.init)
        self.agreements = agreements
        self.prepared = prepared
        self.birth = birth
        self.consents = consents
        self.refusals = refusals
        self.openReferrals = openReferrals
        self.objections = objections
        self.courtOrders = courtOrders
        self.shields = shields
        self.deaths = deaths
        self.capacity = capacity
        self.representatives = representatives
        self.bestInterests = bestInterests
        self.received = received
        self.replicas = replicas
    }
}

/// When the person was born, or is expected to be, and which event says so.
package struct BirthOnRecord: Sendable, Hashable {
    package var date: DateOrTime
    package var event: EventReference
    /// The birth was only expected: until a date of birth is described the person counts from that day, and is no older
    /// than 0 before it.
    package var isExpected: Bool

    package init(date: DateOrTime, event: EventReference, isExpected: Bool = false) {
        self.date = date
        self.event = event
        self.isExpected = isExpected
    }
}

/// A referral about the person that is open at this position.
package struct ReferralOnRecord: Sendable, Hashable {
    /// `referral.submitted`.
    package var event: EventReference
    package var from: AgencyID
    /// Where it is now: after a redirect, the new recipient.
    package var to: AgencyID

    package init(event: EventReference, from: AgencyID, to: AgencyID) {
        self.event = event
        self.from = from
        self.to = to
    }
}
