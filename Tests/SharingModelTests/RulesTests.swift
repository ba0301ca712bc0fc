import Encodings
import SharingModel
import Testing

@Suite("Who may write and read an event")
struct RulesTests {
    @Test("Authors and audiences are those of the table")
    func table() throws {
        let trust = try AgencyID("ods:RBS25")
        let council = try AgencyID("gss:E08000012")
        let school = try AgencyID("urn:104714")
        let id = try #require(UniqueID(EventSample.id))
        let mash = try #require(AgreementID("liverpool-mash"))
        let expected: [EventType: (AuthorRule, AudienceRule)] = [
            .siteFounded: (.site, .everybody), .agencyRegistered: (.operator, .everybody),
            .agencyEnded: (.operator, .everybody),
            .forkDetected: (.site, .everybody),
            .keyEnrolled: (.operator, .everybody),
            .keyRevoked: (.operatorOrKeyOwner(kid: EventSample.digest), .everybody),
            .hpkeKeyRotated: (.site, .everybody), .syncAdvanced: (.site, .none),
            .peerAdded: (.operator, .none), .peerRemoved: (.operator, .none),
            .checkpointKeyRotated: (.site, .everybody), .baselineAdopted: (.operator, .everybody),
            .agreementProposed: (.party([trust, council, school]), .named([trust, council, school])),
            .agreementSigned: (.partyIGLead(mash, version: 3), .agreementParties(mash, version: 3)),
            .agreementSuspended: (.partyIGLead(mash, version: 3), .agreementParties(mash, version: 3)),
            .subjectDescribed: (.anyAgency, .none), .subjectLinked: (.anyAgency, .none),
            .consentGiven: (.anyAgency, .named([council, trust])), .consentWithdrawn: (.anyAgency, .consent(id)),
            .consentRefused: (.anyAgency, .named([trust])), .referralSubmitted: (.named(trust), .named([trust])),
            .referralAccepted: (.referralRecipient(id), .referral(id)),
            .referralRedirected: (.referralRecipient(id), .referral(id)),
            .referralWithdrawn: (.referralSender(id), .referral(id)),
            .referralInfoProvided: (.referralSender(id), .none),
            .disclosureRequested: (.named(council), .named([trust, council])),
            .disclosureDecided: (.site, .disclosure(id)),
            .disclosureDelivered: (.named(trust), .named([trust])),
            .disclosureReceipted: (.deliveryRecipient(id), .disclosure(id)),
            .disclosureDisputed: (.deliveryRecipient(id), .disclosure(id)),
            .disclosureRecalled: (.deliverySender(id), .disclosure(id)),
            .disclosureRecorded: (.namedEither(trust, council), .named([trust, council])),
            .subjectUnlinked: (.anyAgency, .none), .subjectMerged: (.anyIGLead, .none),
            .subjectSevered: (.anyIGLead, .none), .subjectDeceased: (.anyAgency, .involvedAndRecipients),
            .subjectShielded: (.anyIGLead, .named([trust])), .subjectUnshielded: (.anyIGLead, .named([trust])),
            .representativeRecorded: (.anyAgency, .none), .representativeEnded: (.anyAgency, .none),
            .capacityAssessed: (.anyAgency, .none), .bestInterestsDecided: (.anyAgency, .named([council])),
            .courtOrderRecorded: (.anyAgency, .named([trust])), .courtOrderDischarged: (.anyAgency, .event(id)),
            .statusRecorded: (.anyAgency, .none), .statusEnded: (.anyAgency, .none),
            .objectionRaised: (.anyAgency, .named([trust])), .objectionUpheld: (.anyIGLead, .event(id)),
            .objectionOverridden: (.anyIGLead, .event(id)), .objectionLifted: (.anyIGLead, .event(id)),
            .involvementStarted: (.anyAgency, .none), .involvementEnded: (.anyAgency, .none),
            .leadAssigned: (.anyAgency, .involved), .leadEnded: (.anyAgency, .involved),
            .assessmentStarted: (.referralRecipient(id), .referral(id)),
            .planEnded: (.referralRecipient(id), .referral(id)),
            .disclosureResolved: (.holder(id), .disclosure(id)), .contentOpened: (.site, .disclosure(id)),
            .reviewCompleted: (.holderIGLead(id), .disclosure(id)),
        ]
        for (type, rules) in expected {
            let event = try EventSample.of(type).decoded()
            #expect(event.authorRule == rules.0, "\(type)")
            #expect(event.audienceRule == rules.1, "\(type)")
        }
    }

    @Test("An event names all its people")
    func identifiers() throws {
        #expect(try EventSample.of(.referralSubmitted).decoded().identifiers.count == 2)
        #expect(try EventSample.of(.subjectLinked).decoded().identifiers.count == 3)
        #expect(try EventSample.of(.subjectUnlinked).decoded().identifiers.count == 2)
        #expect(try EventSample.of(.subjectMerged).decoded().identifiers.count == 2)
        #expect(try EventSample.of(.subjectSevered).decoded().identifiers.count == 1)
        #expect(try EventSample.of(.keyRevoked).decoded().identifiers.isEmpty)
    }
}
