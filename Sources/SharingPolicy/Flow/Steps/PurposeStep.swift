import Encodings
import SharingModel

/// The flow is for the purpose, and the baseline knows it: a word it does not know matches nothing (DOMAIN 2).
struct PurposeStep: FrameStep {
    let rung = Rung.purpose

    func stop(_ flow: PreparedFlow, _ policy: PreparedPolicy, _ question: Question, _ clock: Instant) -> Stop? {
        guard flow.flow.purpose == question.purpose, policy.baseline?.purposes[question.purpose] != nil
        else { return Stop(code: .purposeNotCovered) }
        return nil
    }
}
