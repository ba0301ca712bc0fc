/// A case that shows what the rules say: given these facts, when this is asked or offered, expect this answer. Everything that cases may
/// leave to their file, or to the case they are like, has been put in.
package struct PolicyCase: Sendable {
    package let name: String
    /// The rule or law it is about: `UK GDPR Art 6(1)(f)`.
    package let rule: String
    package let given: CaseFacts
    package let when: CaseQuestion
    package let expect: CaseAnswer
    package let file: String
    /// Line of the file, from 1, on which it begins.
    package let line: Int
}

/// What is given.
package struct CaseFacts: Sendable {
    package let baseline: CaseReference
    package let agreements: [CaseAgreement]
    package let agencies: [AgencyID: CaseAgency]
    /// The moment at which it is decided; a day means its first moment.
    package let clock: DateOrTime
    /// Nil where nobody knows.
    package let born: CaseBirth?
    package let consents: [CaseConsent]
    package let refusals: [CaseRefusal]
    package let referrals: [CaseReferral]
    package let replicas: [Replica]
    package let objections: [CaseObjection]
    package let courtOrders: [CaseCourtOrder]
    package let shields: [CaseShield]
    package let deaths: [CaseDeath]
    package let capacity: [CaseCapacity]
    package let representatives: [CaseRepresentative]
    package let bestInterests: [CaseBestInterests]
    package let received: [CaseReceived]
}

/// What is asked or offered.
package struct CaseQuestion: Sendable {
    package enum Act: String, Sendable, Hashable, CaseIterable { case request, referral, delivery }

    package let act: Act
    package let from: AgencyID
    package let to: AgencyID
    package let purpose: PurposeCode
    package let items: [ItemCode]
    package let role: RoleCode
    package let keyRevoked: Bool
    /// What the holder records in the event itself.
    package let records: HolderRecords
    /// The asker's, on a request and on the delivery that answers one.
    package let breakGlass: BreakGlass?
    /// The asker's public task needs it.
    package let publicTask: Bool
    /// The person was told.
    package let informed: Bool
    /// Items of an offer of which the holder says that there are none.
    package let noneKnown: [ItemCode]
    /// What the holder's people settled, in the order in which they did.
    package let resolutions: [CaseResolution]
}

/// What is expected. What is nil or left out is not looked at.
package struct CaseAnswer: Sendable {
    package let outcome: Decision.Outcome
    /// By item, or by a parent of items that all fare alike. Every item decided must be among them.
    package let items: [ItemCode: CaseVerdict]
    package let nearest: CaseNearest?
    /// All of them; empty where none are expected.
    package let obligations: [Obligation]?
    package let shareFirst: Bool?
    package let breakGlass: Bool?
    /// Whom to ask about what is not given.
    package let contact: String?
    /// What is told to whoever asks.
    package let asker: [ItemCode: CaseVerdict]?
    /// The items of an offer that its recipient gets to see.
    package let recipient: [ItemCode]?
}

/// `permitted`, `permitted by liverpool-mash/3/attendance`, `withheld item-not-covered` or `referred age-unknown`.
package struct CaseVerdict: Sendable, Hashable, CustomStringConvertible {
    package let result: ItemDecision.Result
    package let code: RefusalCode?
    /// Whole, or the last part only.
    package let flow: String?

    package init(result: ItemDecision.Result, code: RefusalCode? = nil, flow: String? = nil) {
        self.result = result
        self.code = code
        self.flow = flow
    }

    package init?(_ text: String) {
        let words = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        guard let first = words.first, let result = ItemDecision.Result(rawValue: first) else { return nil }
        switch (result, words.count) {
        case (.permitted, 1): self.init(result: result)
        case (.permitted, 3) where words[1] == "by": self.init(result: result, flow: words[2])
        case (.withheld, 2), (.referred, 2):
            guard let code = RefusalCode(rawValue: words[1]) else { return nil }
            self.init(result: result, code: code)
        default: return nil
        }
    }

    package var description: String {
        [result.rawValue, code?.rawValue, flow.map { "by " + $0 }].compactMap { $0 }.joined(separator: " ")
    }
}

/// What came closest to permitting the rest.
package struct CaseNearest: Sendable, Hashable {
    /// Whole, or the last part only.
    package let flow: String?
    package let failed: String?
    package let code: RefusalCode
}

/// A file that a case names, and where it does.
package struct CaseReference: Sendable, Hashable {
    /// As it is written: relative to the case's own file.
    package let path: String
    let pointer: String
}

/// An agreement, signed by all its parties unless something else is said.
package struct CaseAgreement: Sendable {
    package let document: CaseReference
    /// Parties who have signed; nil for all.
    package let signedBy: [AgencyID]?
    package let suspended: Bool
    package let terminated: Bool
    /// Nobody can read it any more.
    package let unreadable: Bool
}

/// An agency as it is registered.
package struct CaseAgency: Sendable, Hashable {
    package let kind: AgencyKind
    package let publicAuthority: Bool
    package let ended: Bool
    package let dpo: String?
    package let safeguarding: String?
}

/// A consent of the person. Left out: by the person, to everything, recorded when it begins.
package struct CaseConsent: Sendable {
    package let kind: ConsentKind
    package let giver: ConsentGiver
    package let purposes: [PurposeCode]
    package let items: ItemSelection
    package let recipients: [RecipientSelector]
    package let holders: [AgencyID]?
    package let exceptions: [ConsentException]
    package let from: DateOrTime
    package let until: DateOrTime?
    package let recorded: DateOrTime?
    package let withdrawn: DateOrTime?
    package let keyRevoked: Bool
}

/// A no of the person, or of somebody for them.
package struct CaseRefusal: Sendable {
    package let by: ConsentGiver
    package let purposes: [PurposeCode]
    package let items: ItemSelection
    package let recipients: [RecipientSelector]
    package let holders: [AgencyID]?
    package let recorded: DateOrTime
}

/// A referral about the person that is open.
package struct CaseReferral: Sendable, Hashable {
    package let from: AgencyID
    package let to: AgencyID
}
