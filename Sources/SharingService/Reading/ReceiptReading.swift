import Encodings
import EventStore
import Projections
import SharingModel
import SharingPolicy

/// The receipt of an event that is in the log already, for whoever sends it again.
struct ReceiptReading {
    let store: SiteStore

    func receipt(at index: Int64) throws -> Receipt {
        let entry = try store.log.entry(at: index)
        return try store.projections.read { reader in
            let disclosure = try reader.disclosure(of: entry.id)
            var decision: JSON?
            if let disclosure, let row = try reader.decision(on: entry.id), let author = try? AgencyID(entry.author) {
                // Whoever can read the whole of an event can send it again, so what goes beyond their view is left out then.
                let sight = DecisionSight(reader: reader)
                decision =
                    if disclosure.kind == .resolution, disclosure.content == nil {
                        try sight.json(row.decision, as: .asker, agency: disclosure.recipient)
                    } else if disclosure.content == entry.id,
                        try reader.isReleasedWhole(entry.id, disclosure.items)
                    {
                        try sight.json(row.decision, as: .recipient, agency: author)
                    } else {
                        try sight.json(row.decision, toPoster: author, of: disclosure)
                    }
            }
            return Receipt(
                id: entry.id, index: index, leafHash: entry.leafHash.bytes, recorded: entry.recorded,
                outcome: disclosure?.outcome ?? "recorded", checkpoint: store.log.head.checkpoint.note,
                decision: decision,
                follows: try reader.followers(of: entry.id, at: reader.place(ofOwn: index), by: store.author).map {
                    .init(id: $0.id, index: try reader.source(of: $0.index).position, type: $0.type)
                }, isRepeat: true)
        }
    }
}
