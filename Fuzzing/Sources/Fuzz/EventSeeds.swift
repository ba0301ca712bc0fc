import Encodings

/// Payloads of events. The fuzzer finds the other types by the words of its dictionary.
extension Seeds {
    private static let id = "0192f3c4-1111-4abc-8def-000000000001"
    private static let digest = "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU"
    private static let actor = #"{"id":"w-17","role":"social-worker"}"#

    static func events() -> [[UInt8]] {
        [
            event("example.note.v1", person: false, #"{"any":["thing",1,null]}"#),
            event(
                "sharing.key.revoked.v1", person: false,
                #"{"kid":"\#(digest)","since":"2026-11-01T00:00:00Z","reason":"lost"}"#),
            event("sharing.subject.described.v1", #"{"birthDate":"2012-05-06","source":"birth certificate"}"#),
            event(
                "sharing.subject.linked.v1", #"{"identifiers":["upn:B801200005001"],"source":"school","confidence":1}"#),
            event(
                "sharing.consent.given.v1",
                #"{"kind":"confidentiality","giver":"self","purposes":["early-help"],"items":["*"],"recipients":["gss:E08000012","education"],"holders":["ods:RBS25"],"exceptions":[{"to":"education","items":["health.sexual"]}],"method":"verbal","from":"2026-01-31","until":"2027-01-31T10:00:00Z","takenBy":\#(actor)}"#
            ),
            event(
                "sharing.referral.submitted.v1",
                #"{"from":"ods:RBS25","to":"gss:E08000012","urgency":"urgent","purpose":"safeguarding-children","actor":\#(actor),"informed":{"told":false,"reason":"danger"},"withoutConsent":"would-prejudice-protection","content":{"_sd":["\#(digest)"]}}"#,
                content: #"{"referral.summary":"a summary"}"#),
            event(
                "sharing.disclosure.requested.v1",
                #"{"from":"ods:RBS25","to":"gss:E08000012","purpose":"early-help","items":["identity","health.summary"],"reason":"to plan help","actor":\#(actor),"breakGlass":{"code":"immediate-danger","justification":"a child is alone"}}"#
            ),
            event("sharing.referral.acknowledged.v1", #"{"referral":"\#(id)","actor":\#(actor)}"#),
        ].map { Array($0.utf8) }
    }

    private static func event(_ type: String, person: Bool = true, _ data: String, content: String? = nil) -> String {
        let subject = person ? #","subject":"nhs:9476719931""# : ""
        let concealed = content == nil ? "" : #","_sd_alg":"sha-256""#
        return
            #"{"specversion":"1.0","id":"\#(id)","source":"ods:RBS25","site":"sharing.example","type":"\#(type)","time":"2026-11-22T12:00:00Z","datacontenttype":"application/json"\#(subject)\#(concealed),"data":\#(data)}"#
            + (content.map { "\n" + $0 } ?? "")
    }
}
