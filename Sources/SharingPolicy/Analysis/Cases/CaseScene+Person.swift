import SharingModel

/// What is known of the person besides consents and refusals. Each kind of fact has places of its own; its events stand there in the order
/// in which they are listed.
extension CaseScene {
    /// The most events that one fact can have, its changes included.
    private static let width: Int64 = 100

    /// An event of a fact.
    /// - Parameters:
    ///   - first: where its kind begins.
    ///   - number: the fact's place in its list, from 0.
    ///   - change: the event's place among those of the fact; 0 is the fact itself.
    private static func event(_ first: Int64, _ number: Int, _ change: Int = 0) -> EventReference {
        event(first + width * Int64(number) + Int64(change))
    }

    static func onRecord(_ objections: [CaseObjection]) -> [ObjectionOnRecord] {
        objections.enumerated().map { number, objection in
            ObjectionOnRecord(
                event: event(200_000, number), purposes: objection.purposes, items: objection.items,
                recipients: objection.recipients, holders: objection.holders,
                changes: objection.changes.enumerated().map { place, change in
                    .init(
                        verb: change.verb, event: event(200_000, number, place + 1),
                        isUnderRevokedKey: change.keyRevoked)
                })
        }
    }

    static func onRecord(_ orders: [CaseCourtOrder]) -> [CourtOrderOnRecord] {
        orders.enumerated().map { number, order in
            CourtOrderOnRecord(
                event: event(210_000, number), effect: order.effect, items: order.items,
                recipients: order.recipients, holders: order.holders, until: order.until,
                discharges: [order.discharged].compactMap { $0 }.map {
                    EndingOnRecord(event: event(210_000, number, 1), isUnderRevokedKey: $0.keyRevoked)
                }, isUnderRevokedKey: order.keyRevoked)
        }
    }

    static func onRecord(_ shields: [CaseShield]) -> [ShieldOnRecord] {
        shields.enumerated().map { number, shield in
            ShieldOnRecord(
                event: event(220_000, number), author: shield.by, against: shield.against, holders: shield.holders,
                isLifting: shield.lifts, isUnderRevokedKey: shield.keyRevoked)
        }
    }

    static func onRecord(_ deaths: [CaseDeath]) -> [DeathOnRecord] {
        deaths.enumerated().map { number, death in
            DeathOnRecord(event: event(230_000, number), date: death.date, isVerified: death.verified)
        }
    }

    static func onRecord(_ assessments: [CaseCapacity]) -> [CapacityOnRecord] {
        assessments.enumerated().map { number, assessment in
            CapacityOnRecord(
                event: event(240_000, number), outcome: assessment.outcome, basis: assessment.basis,
                isUnderRevokedKey: assessment.keyRevoked)
        }
    }

    static func onRecord(_ representatives: [CaseRepresentative]) -> [RepresentativeOnRecord] {
        representatives.enumerated().map { number, representative in
            RepresentativeOnRecord(
                event: event(250_000, number), basis: representative.basis, until: representative.until,
                ended: representative.ended ? event(250_000, number, 1) : nil,
                isUnderRevokedKey: representative.keyRevoked)
        }
    }

    static func onRecord(_ decisions: [CaseBestInterests]) -> [BestInterestsOnRecord] {
        decisions.enumerated().map { number, decision in
            BestInterestsOnRecord(
                event: event(260_000, number), purposes: decision.purposes, items: decision.items,
                recipients: decision.recipients, isUnderRevokedKey: decision.keyRevoked)
        }
    }

    static func onRecord(_ received: [CaseReceived]) -> [ReceivedOnRecord] {
        received.enumerated().map { number, received in
            ReceivedOnRecord(event: event(270_000, number), from: received.from, items: received.items)
        }
    }
}
