extension RefusalCode {
    /// The code in words that follow "because".
    package var inWords: String {
        switch self {
        case .noAgreement: "no agreement in force covers the two agencies"
        case .agreementExpired: "the agreement is outside its dates"
        case .agreementSuspended: "the agreement is suspended"
        case .recipientNotParty: "the recipient is no party to the agreement's flow"
        case .purposeNotCovered: "no flow between them serves this purpose"
        case .personNotCovered: "the person is outside the ages that the flow is for"
        case .itemNotCovered: "the flow does not cover this item"
        case .roleNotAllowed: "the asker's role is not among those the flow allows"
        case .noOpenReferral: "the flow needs an open referral about the person, and there is none"
        case .noLawfulBasis: "the flow's lawful basis does not hold"
        case .basisNotForPublicAuthority: "a public authority may not rely on the flow's basis"
        case .noArticle9Condition: "special category data needs an Article 9 condition"
        case .noArticle10Condition: "criminal offence data needs a condition"
        case .noSchedule1Condition: "the Article 9 condition needs a Schedule 1 condition"
        case .noPolicyDocument: "the condition needs an appropriate policy document"
        case .confidentialityNotLifted: "it is held in confidence, and nothing lifts that"
        case .replicaTooStale: "what is known from a partner site is too old"
        case .ageUnknown: "the person's age is not recorded"
        case .capacityUnassessed: "capacity to consent has not been assessed"
        case .consentAbsent: "there is no consent that serves"
        case .consentWithdrawn: "the consent was withdrawn"
        case .consentExpired: "the consent has run out"
        case .consentOutOfScope: "the consent does not cover this item, purpose or recipient"
        case .consentToConfirm: "the consent has to be confirmed by the person"
        case .consentDisputed: "those who may consent contradict each other"
        case .objectionUpheld: "an objection was upheld"
        case .courtProhibits: "a court order prohibits it"
        case .shielded: "it is shielded from this recipient"
        case .deceased: "the person has died"
        case .keyRevoked: "the key was revoked, or the agency has left"
        case .onwardNotAllowed: "it may not be passed on"
        case .inseparable: "it may not travel without another item that does not pass"
        case .statutoryException: "an exception in the law applies"
        case .evaluationError: "it could not be evaluated; the operator was alerted"
        case .notAvailable: "of reasons that are not for you to see"
        }
    }

    /// What would make the difference, as words that follow "it would make the difference"; nil where nobody can simply do it.
    package var remedy: String? {
        switch self {
        case .noAgreement, .recipientNotParty: "if an agreement with both as parties were signed by all"
        case .agreementExpired: "if a new version of the agreement were signed by all parties"
        case .agreementSuspended: "if a party's IG lead resumed the agreement"
        case .purposeNotCovered, .itemNotCovered:
            "if the agreement's next version covered it, or it were asked for another purpose that it covers"
        case .roleNotAllowed: "if somebody in a role that the flow allows asked"
        case .noOpenReferral: "if a referral about the person were open between the two"
        case .noArticle9Condition, .noArticle10Condition, .noSchedule1Condition, .noPolicyDocument, .noLawfulBasis,
            .basisNotForPublicAuthority:
            "if the agreement's next version named a basis that holds; `sharectl agreement check` says what is missing"
        case .confidentialityNotLifted:
            "if the holder recorded why the public interest outweighs confidence, or the person consented"
        case .replicaTooStale: "if the partner site's log came in again"
        case .ageUnknown: "if the person's date of birth were recorded (`sharectl subject describe`)"
        case .consentAbsent, .consentWithdrawn, .consentExpired, .consentOutOfScope:
            "if the person gave a consent that covers it"
        case .consentToConfirm: "if the person confirmed the consent"
        case .inseparable: "if all items of the group were offered and permitted"
        case .personNotCovered, .capacityUnassessed, .consentDisputed, .objectionUpheld, .courtProhibits, .shielded,
            .deceased,
            .keyRevoked, .onwardNotAllowed, .statutoryException, .evaluationError, .notAvailable:
            nil
        }
    }
}
