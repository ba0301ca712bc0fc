import Encodings
import Foundation
import Projections
import SharingModel
import SharingPolicy

/// Questions with their facts and our answers, for another engine: `policy.json` with the flows in force and the items' tree, `questions.jsonl` with
/// one question a line.
struct DecideExport {
    let questions: DecideQuestions

    init(_ questions: DecideQuestions) { self.questions = questions }

    /// - Parameter folder: must not be there yet.
    func write(_ count: Int, from run: inout DecideRun, to folder: String) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        var lines: [String] = []
        var policy: JSON?
        for number in 0..<count {
            let asked = questions.question(number)
            let (question, facts) = try run.facts(for: asked, at: Int64(number))
            if policy == nil { policy = Self.policy(facts, questions.world) }
            lines.append(line(asked, question, facts, Judge.decide(question, facts)).text)
        }
        try Data((policy ?? .null).text.utf8).write(to: URL(fileURLWithPath: folder + "/policy.json"))
        try Data((lines.joined(separator: "\n") + "\n").utf8)
            .write(to: URL(fileURLWithPath: folder + "/questions.jsonl"))
    }

    private static func policy(_ facts: Facts, _ world: DecideWorld) -> JSON {
        let flows = facts.agreements.flatMap { version -> [JSON] in
            guard case .readable(let agreement) = version.document else { return [] }
            return agreement.flows.map { Self.flow($0, of: agreement) }
        }
        let agencies = world.agencies.map { ($0.agency.text, JSON.string($0.kind.rawValue)) }
        return .object([
            "clock": .text(world.clock), "flows": .array(flows), "agencies": .object(JSONObject(agencies)),
        ])
    }

    private static func flow(_ flow: Flow, of agreement: Agreement) -> JSON {
        let maxAge: JSON? = flow.subjects.to.map { .integer($0) }
        let roles: JSON? = flow.conditions.roles.map { .strings($0.map(\.text)) }
        return .object([
            "reference": .string(agreement.reference(to: flow)),
            "parties": .strings(agreement.parties.map(\.agency.text)),
            "from": .strings(flow.from.agencies.map(\.text)), "to": .strings(flow.to.agencies.map(\.text)),
            "purpose": .string(flow.purpose.text), "items": .strings(flow.items.map(\.text)), "maxAge": maxAge,
            "roles": roles, "openReferral": .bool(flow.conditions.openReferral),
            "consent": .string(flow.consent.rawValue),
            "confidentiality": .string(flow.basis.confidentiality.gateway.text),
        ])
    }

    private func line(
        _ asked: DecideQuestions.Asked, _ question: Question, _ facts: Facts, _ decision: Decision
    ) -> JSON {
        let kind =
            switch question.kind {
            case .request: "request"
            case .referral: "referral"
            case .delivery: "delivery"
            }
        let answer = decision.items.map { ($0.item.text, JSON.string($0.result.rawValue)) }
        return .object([
            "kind": .string(kind), "holder": .string(question.holder.agency.text),
            "recipient": .string(question.recipient.agency.text), "purpose": .string(question.purpose.text),
            "role": .string(question.role.text), "person": .integer(Int64(asked.person)),
            "items": .strings(question.items.map(\.code.text)), "birth": .text(orNull: facts.birth?.date),
            "consents": .array(facts.consents.map(Self.consent)),
            "openReferrals": .array(facts.openReferrals.map { .strings([$0.from.text, $0.to.text]) }),
            "otherFacts": .bool(Self.hasOtherFacts(facts)), "answer": .object(JSONObject(answer)),
        ])
    }

    private static func consent(_ consent: ConsentOnRecord) -> JSON {
        let holders: JSON? = consent.holders.map { .strings($0.map(\.text)) }
        return .object([
            "kind": .string(consent.kind.rawValue), "giver": .string(consent.giver.rawValue),
            "purposes": .strings(consent.purposes.map(\.text)), "items": consent.items.json,
            "recipients": consent.recipients.json, "holders": holders,
            "hasExceptions": .bool(!consent.exceptions.isEmpty), "from": .text(consent.from),
            "until": .text(orNull: consent.until), "withdrawn": .bool(consent.withdrawal != nil),
        ])
    }

    /// Bars, refusals and assessments, whose rules another engine is not asked to follow.
    private static func hasOtherFacts(_ facts: Facts) -> Bool {
        !(facts.refusals.isEmpty && facts.objections.isEmpty && facts.courtOrders.isEmpty && facts.shields.isEmpty
            && facts.deaths.isEmpty && facts.capacity.isEmpty && facts.representatives.isEmpty
            && facts.bestInterests.isEmpty && facts.received.isEmpty)
    }
}
