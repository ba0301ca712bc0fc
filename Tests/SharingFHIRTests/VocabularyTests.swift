import Encodings
import SharingFHIR
import SharingModel
import Testing

@Suite("What is made of a message")
struct VocabularyTests {
    /// An event as it is signed and as it reads with its content disclosed.
    func event(_ type: String, data: JSON, content: [ContentItem] = []) throws -> SharingEvent {
        let resolved =
            content.isEmpty
            ? data : data.setting("/content", to: .object(JSONObject(content.map { ($0.code.text, $0.value) })))
        // Digests of the right form; that they are of these disclosures is for the strongroom to know.
        let digests = content.indices.map {
            JSON.string(String(repeating: "A", count: 41) + ($0 < 10 ? "A" : "Q") + "A")
        }
        let concealed = content.isEmpty ? data : data.setting("/content", to: .object(["_sd": .array(digests)]))
        return try SharingEvent.decode(
            payload: envelope(type, concealed), resolved: envelope(type, resolved),
            sdPointers: content.isEmpty ? [] : ["/data/content"])
    }

    func envelope(_ type: String, _ data: JSON) -> JSON {
        .object([
            "specversion": "1.0", "id": "0192f3c4-0000-4000-8000-000000000001", "source": "ods:RND",
            "site": "sharing.example", "type": .string(type), "time": "2026-11-20T09:30:00Z",
            "subject": "nhs:9476719931", "datacontenttype": "application/json", "data": data,
        ])
    }

    @Test("is a referral.submitted by the rules of the vocabulary")
    func referral() throws {
        let result = try FHIRImport.read(Messages.shipped)
        let read = try event("sharing.referral.submitted.v1", data: result.referralData, content: result.content)
        guard case .referralSubmitted(let referral) = read.data else {
            Issue.record("read as another event")
            return
        }
        #expect((referral.from, referral.to, referral.urgency) == (result.from, result.to, result.urgency))
        #expect(referral.actor == result.actor)
        #expect(referral.content.map(\.code) == result.content.map(\.code))
    }

    @Test("is a consent.given by the rules of the vocabulary")
    func consent() throws {
        guard case .given(let draft)? = try FHIRImport.read(Messages.shipped).consents.first else {
            Issue.record("the shipped Consent is not taken for one")
            return
        }
        guard case .consentGiven(let consent) = try event("sharing.consent.given.v1", data: draft.data).data else {
            Issue.record("read as another event")
            return
        }
        #expect((consent.kind, consent.giver, consent.items) == (.confidentiality, .`self`, .all))
        #expect(consent.recipients == [.agency(try AgencyID("ods:RYE"))])
        #expect(consent.until == draft.until)
    }
}
