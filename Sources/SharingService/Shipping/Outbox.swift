import Encodings
import EventStore
import Shipping

/// Writes what is for one peer, on a thread of its own: a peer that has much to fetch delays no other, and no reader.
actor Outbox {
    private let writer: ShipmentWriter

    private let executor = QueueExecutor(label: "outbox")
    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(store: SiteStore, receiver: String) {
        writer = ShipmentWriter(
            log: store.log, meaning: SharingMeaning(of: store), siteKey: store.siteKey, receiver: receiver)
    }

    func piece(
        _ request: ShipmentRequest, shown: SignedCheckpoint, now: Instant
    ) throws(ShippingError) -> WrittenPiece {
        try writer.piece(request, shown: shown, now: now)
    }
}
