import Encodings
import SharingModel

/// The flow is for the purpose, and the baseline knows it: a word it does not know matches nothing (DOMAIN 2).
struct PurposeStep: FrameStep {
    let rung = Rung.purpose

    func stop(_ flow: PreparedFlow, _ policy: PreparedPolicy, _ question: Question, _ clock: Instant) -> Stop? {
        guard flow.terms.flow.purpose == question.purpose, policy.law.baseline?.value.purposes[question.purpose] != nil
        else { return Stop(code: .purposeNotCovered) }
        return nil
    }
}
