import Encodings
import EventStore
import Foundation

/// An entry that came in a piece, at its position. An object, because it goes through many hands.
final class CameEntry: Sendable {
    let index: Int64
    let entry: Entry
    /// Of the entry.
    let leaf: MerkleHash
    /// Whether it stands at an earlier position than the ones told now.
    let isLate: Bool
    /// How many positions the log had told when it came.
    let told: Int64

    init(index: Int64, entry: Entry, isLate: Bool, told: Int64) {
        self.index = index
        self.entry = entry
        leaf = entry.leafHash
        self.isLate = isLate
        self.told = told
    }
}

/// What a piece tells, in its order.
struct ToldRecords {
    /// Of the positions told, from the piece's first on.
    private(set) var leaves: [MerkleHash] = []
    private(set) var entries: [CameEntry] = []
    /// The bodies of `entries` as they came; nil where one is erased.
    private(set) var sealed: [Data?] = []

    init(_ piece: UnverifiedPiece) {
        leaves.reserveCapacity(piece.records.count)
        entries.reserveCapacity(piece.records.count)
        sealed.reserveCapacity(piece.records.count)
        var index = piece.header.from.size
        for record in piece.records {
            switch record {
            case .withheld(let leaf):
                leaves.append(leaf)
                index += 1
            case .entry(let entry, let body):
                let came = CameEntry(index: index, entry: entry, isLate: false, told: index + 1)
                leaves.append(came.leaf)
                add(came, body)
                index += 1
            case .late(let place, let entry, let body):
                add(CameEntry(index: place, entry: entry, isLate: true, told: index), body)
            }
        }
    }

    private mutating func add(_ came: CameEntry, _ body: PieceBody) {
        entries.append(came)
        switch body {
        case .sealed(let bytes): sealed.append(bytes)
        case .erased: sealed.append(nil)
        }
    }
}
