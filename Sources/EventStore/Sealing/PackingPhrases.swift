/// What events often say, the most frequent last: DEFLATE finds what is near sooner, and in fewer bits.
///
/// It is a part of the format of what is kept: a body opens with the phrases with which it was packed only. They carry no meaning, and nothing is
/// lost, but bytes, where an event says other things.
enum PackingPhrases {
    static let bytes = Array(text.utf8)

    private static let text = [
        #"not-reasonable-to-obtain","would-prejudice-protection","public-interest","parental-responsibility"#,
        #""local-authority","education.attendance","health.summary","health.mental","health.safeguarding","social.assessment"#,
        #"social.plan","social.protection","status.legal","family","risk","housing","police","informant","person.views"#,
        #""urgency":"emergency","urgent","routine","immediate risk of harm","significant harm","concerns about "#,
        #" school attendance "," the mother ","father ","grandmother "," was seen by "," says that "," has been "," would like "#,
        #" please contact "," the child "," young person "," the family "," and the "," with the "," for "," is "#,
        #""outcome":"referred","withheld","partly-permitted","refused","permitted","nearest":","obligations":["receipt"#,
        #""clock":","policy":","validUntil":","asOf":","replicas":","facts":["detail":","codes":["result":["flow":"#,
        #""method":"electronic","written","verbal","takenBy":","until":"2027-","from":"2026-","exceptions":["giver":"self""#,
        #","holders":["ods:","recipients":["council"],"kind":"engagement","kind":"confidentiality","gdpr"#,
        #""value":{"text":","name":","address":","birthDate":","telephone":","category":","summary":","concerns":["#,
        #""items":["identity","contact"],"items":["referral","reason":","delivery":","referral":","request":","basis":","#,
        #""grounds":","note":","evidence":","purposes":["direct-care","safeguarding","early-help"],"purpose":"early-help","#,
        #""_sd":["","_sd_alg":"sha-256","to":"gss:E0","agreement":"urn:agreement:","#,
        #""actor":{"role":"nurse","social-worker","teacher","employer":"ods:","actsFor":","id":","#,
        #"{"alg":"Ed25519","kid":"","typ":"application/cloudevents+json"}"#,
        #"{"specversion":"1.0","id":"","source":"ods:","source":"gss:","source":"site:","site":"","type":"sharing."#,
        #"consent.withdrawn.v1","disclosure.delivered.v1","disclosure.requested.v1","disclosure.decided.v1","#,
        #""cause":"","time":"2026-","subject":"local:","subject":"upn:","subject":"nhs:","#,
        #""datacontenttype":"application/json","data":{"#,
    ].joined()
}
