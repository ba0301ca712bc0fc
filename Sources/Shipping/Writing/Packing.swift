import Encodings
import EventStore
import Foundation

/// The records of a piece in the making.
struct Packing {
    private(set) var sealer: ShipmentSealer
    /// The records as they are written.
    private(set) var records = ByteWriter()
    private(set) var count = 0

    init(_ request: ShipmentRequest, origin: String, receiver: String) throws(ShippingError) {
        do throws(SealingError) {
            sealer = try ShipmentSealer(to: request.recipientKey, origin: origin, receiver: receiver)
        } catch {
            throw .sealing(error)
        }
    }

    var isFull: Bool {
        count >= ShippingLimits.pieceTargetRecords || records.count >= ShippingLimits.pieceTargetBytes
    }

    /// Tells a position that is not the receiver's.
    mutating func add(_ leaf: MerkleHash) {
        PieceRecord.writeWithheld(leaf, to: &records)
        count += 1
    }

    /// - Parameters:
    ///   - place: of an older event; nil for the entry of the next position.
    ///   - body: nil where an erasure destroyed it.
    mutating func add(_ entry: Entry, at place: Int64?, _ body: OpenedBody?) throws(ShippingError) {
        var sealed: Data?
        if let body {
            do throws(SealingError) {
                sealed = try sealer.seal(body.plain, event: entry.id)
            } catch {
                throw .sealing(error)
            }
        }
        PieceRecord.write(entry, at: place, sealed: sealed, to: &records)
        count += 1
    }
}

/// What a writer has read ahead of where it is.
struct PageAhead {
    static let entryCount: Int64 = 256
    /// Of the largest, 32 MiB.
    private static let bodyCount = 32

    var entries: ArraySlice<StoredEntry> = []
    /// Of the first of `entries`.
    private var bodies: ArraySlice<StoredBody> = []

    /// The body of the first of `entries`. It is read together with those behind it that leave too.
    /// - Parameter leaves: whether an entry's body is to leave.
    mutating func nextBody(
        _ log: any LogReader, _ leaves: (StoredEntry) -> Bool
    ) throws(ShippingError) -> StoredBody {
        if bodies.isEmpty {
            let run = entries.prefix(Self.bodyCount).prefix(while: leaves)
            // Where one behind it cannot be read, this one still can.
            let read = (try? log.bodies(of: run)) ?? []
            bodies = read[...]
        }
        if let body = bodies.popFirst() { return body }
        guard let first = entries.first else { throw .cursorUnknown }
        return try ShippingError.reading { () throws(LogError) in try log.body(at: first.index, of: first.entry) }
    }
}
