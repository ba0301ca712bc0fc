import Encodings
import SharingModel

/// No party has suspended the agreement.
struct StateStep: FrameStep {
    let rung = Rung.state

    func stop(_ flow: PreparedFlow, _ policy: PreparedPolicy, _ question: Question, _ clock: Instant) -> Stop? {
        flow.agreement.suspended.map { Stop(code: .agreementSuspended, fact: $0) }
    }
}
