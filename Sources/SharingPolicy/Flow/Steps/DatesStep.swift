import Encodings
import SharingModel

/// The agreement is inside its dates and has not been terminated.
struct DatesStep: FlowStep {
    let rung = Rung.dates

    func examine(_ candidate: Candidate) -> StepAnswer {
        let docket = candidate.docket
        let dates = candidate.inPlay.agreement.inForce
        if let terminated = candidate.inPlay.terminated {
            return .stops(.agreementExpired, fact: terminated, detail: "terminated")
        }
        if dates.from.start(in: docket.zone) > docket.facts.clock {
            return .stops(.agreementExpired, detail: "in force from \(dates.from)")
        }
        let end = dates.until?.end(in: docket.zone)
        if let until = dates.until, let end, end < docket.facts.clock {
            return .stops(.agreementExpired, detail: "in force until \(until)")
        }
        return .passes(Grounds(ends: [end, candidate.inPlay.replacedAfter].compactMap { $0 }))
    }
}
