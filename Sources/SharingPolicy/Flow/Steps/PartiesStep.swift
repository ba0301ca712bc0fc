import Encodings
import SharingModel

/// Holder and recipient are parties, and the flow leads from the one to the other.
struct PartiesStep: FrameStep {
    let rung = Rung.parties

    func stop(_ flow: PreparedFlow, _ policy: PreparedPolicy, _ question: Question, _ clock: Instant) -> Stop? {
        let (holder, recipient) = (question.holder, question.recipient)
        guard flow.agreement.parties.contains(holder.agency), flow.agreement.parties.contains(recipient.agency),
            flow.flow.from.covers(holder.agency, kind: holder.kind),
            flow.flow.to.covers(recipient.agency, kind: recipient.kind)
        else { return Stop(code: .recipientNotParty) }
        return nil
    }
}
