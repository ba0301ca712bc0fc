import Encodings
import SharingModel

extension Docket {
    /// The first order of an effect that is about this item, holder and recipient, in time and not discharged.
    ///
    /// Under a key that is not trusted any more what prohibits stands, and what requires or discharges does not.
    func courtOrder(_ effect: CourtOrderRecorded.Effect, about item: ItemCode) -> CourtOrderOnRecord? {
        facts.courtOrders.filter { order in
            order.effect == effect && !(effect == .requires && order.isUnderRevokedKey)
                && order.holders?.contains(question.holder.agency) ?? true && order.items.covers(item)
                && order.recipients.contains {
                    $0.covers(question.recipient.agency, kind: question.recipient.kind)
                }
                && order.until.map { $0.end(in: zone) >= facts.clock } ?? true
                && !order.discharges.contains { effect == .requires || !$0.isUnderRevokedKey }
        }.min { $0.event < $1.event }
    }
}
