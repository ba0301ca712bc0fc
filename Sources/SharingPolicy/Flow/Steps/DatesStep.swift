import Encodings
import SharingModel

/// The agreement is inside its dates and has not been terminated.
struct DatesStep: FrameStep {
    let rung = Rung.dates

    func stop(_ flow: PreparedFlow, _ policy: PreparedPolicy, _ question: Question, _ clock: Instant) -> Stop? {
        let agreement = flow.agreement
        if let terminated = agreement.terminated {
            return Stop(code: .agreementExpired, fact: terminated, detail: "terminated")
        }
        if agreement.start > clock {
            return Stop(code: .agreementExpired, detail: .moment("in force from", agreement.agreement.inForce.from))
        }
        if let end = agreement.end, end < clock, let until = agreement.agreement.inForce.until {
            return Stop(code: .agreementExpired, detail: .moment("in force until", until))
        }
        return nil
    }
}
