import Encodings
import SharingClient
import SharingFHIR
import SharingModel

/// What became of a message, told without a word about the person.
struct FHIRImportAccount {
    private let message: FHIRImport

    init(_ message: FHIRImport) { self.message = message }

    func json(posted: FHIRPosting.Posted?) -> JSON {
        .object([
            "from": .string(message.from.text), "to": .string(message.to.text),
            "urgency": .string(message.urgency.rawValue), "purpose": .string(message.purpose.text),
            "items": .strings(message.content.map(\.code.text)), "about": .integer(Int64(message.about.count)),
            "understood": .array(
                message.understood.map { .object(["what": .string($0.what), "how": .string($0.how)]) }),
            "leftOut": .array(
                message.leftOut.map { left in
                    .object([
                        "resource": .string(left.resource), "element": left.element.map { .string($0) },
                        "count": .integer(Int64(left.count)), "why": left.why.map { .string($0) },
                    ])
                }),
            "consents": .array(message.consents.map(Self.json)),
            "consentReceipts": posted.map { .array($0.consents.map(\.json)) }, "receipt": posted?.referral.json,
        ])
    }

    private static func json(_ consent: ConsentReading) -> JSON {
        switch consent {
        case .given(let draft): .object(["given": true, "data": draft.data])
        case .notOne(let reasons): .object(["given": false, "reasons": .strings(reasons)])
        }
    }

    var words: String {
        var lines = ["understood: a referral from \(message.from) to \(message.to), \(message.urgency.rawValue)"]
        lines += message.understood.map { "  \($0.description)" }
        for consent in message.consents {
            switch consent {
            case .given(let draft):
                let recipients = draft.recipients.map(\.text).joined(separator: ", ")
                lines.append("a consent of the person (\(draft.kind.rawValue)), to \(recipients)")
            case .notOne(let reasons):
                lines.append("a Consent that cannot be recorded as given:")
                lines += reasons.map { "  \($0)" }
            }
        }
        if !message.leftOut.isEmpty {
            lines.append("left out:")
            lines += message.leftOut.map { "  \($0.description)" }
        }
        if message.messageID == nil {
            lines.append("the message's id is no UUID: importing it again would make a second referral")
        }
        return lines.joined(separator: "\n") + "\n"
    }
}
