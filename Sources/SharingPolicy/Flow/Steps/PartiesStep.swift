import Encodings
import SharingModel

/// Holder and recipient are parties, and the flow leads from the one to the other.
struct PartiesStep: FrameStep {
    let rung = Rung.parties

    func stop(_ flow: PreparedFlow, _ policy: PreparedPolicy, _ question: Question, _ clock: Instant) -> Stop? {
        guard flow.agreement.parties.contains(question.recipient.agency),
            flow.agreement.parties.contains(question.holder.agency),
            flow.terms.flow.from.covers(question.holder.agency, kind: question.holder.kind),
            flow.terms.flow.to.covers(question.recipient.agency, kind: question.recipient.kind)
        else { return Stop(code: .recipientNotParty) }
        return nil
    }
}
