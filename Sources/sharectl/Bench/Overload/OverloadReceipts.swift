import Encodings
import EventStore
import Foundation

/// What receipts promised: which leaf stands where in the log. Kept small, because there are millions.
struct OverloadReceipts: Sendable {
    private var promises: [(index: Int64, leaf: MerkleHash)] = []

    var count: Int { promises.count }

    mutating func add(_ other: OverloadReceipts) { promises += other.promises }

    /// Takes what an answer says, one receipt a line.
    /// - Returns: how many receipts there were, and how many lines that are none.
    mutating func take(_ answer: [UInt8]) -> (receipts: Int, others: Int) {
        var (receipts, others) = (0, 0)
        for line in answer.split(separator: UInt8(ascii: "\n")) {
            if let promise = Self.promise(line) {
                promises.append(promise)
                receipts += 1
            } else {
                others += 1
            }
        }
        return (receipts, others)
    }

    /// How many of the promises a log does not keep.
    /// - Parameter path: of the log's file.
    func broken(in path: String) throws -> Int {
        let log = try SQLiteLogStorage.readOnly(path: path)
        let size = try log.entryCount()
        let ordered = promises.sorted { $0.index < $1.index }
        var kept = 0
        var place = 0
        while place < ordered.count, ordered[place].index < size {
            let start = ordered[place].index
            let end = min(start + Self.entriesAtOnce, size)
            for entry in try log.entries(in: start..<end) {
                while place < ordered.count, ordered[place].index < entry.index { place += 1 }
                let leaf = MerkleHash.leaf(entry.bytes)
                while place < ordered.count, ordered[place].index == entry.index {
                    if ordered[place].leaf == leaf { kept += 1 }
                    place += 1
                }
            }
            while place < ordered.count, ordered[place].index < end { place += 1 }
        }
        return ordered.count - kept
    }

    private static let entriesAtOnce: Int64 = 4_096

    /// A receipt's members stand in one order, so they are found without parsing: this runs on the cores that are being measured.
    private static func promise(_ line: ArraySlice<UInt8>) -> (index: Int64, leaf: MerkleHash)? {
        let afterID = line.startIndex + opening.count + 36
        guard line.starts(with: opening), line.count > opening.count + 36 + middle.count,
            line[afterID...].starts(with: middle)
        else { return nil }
        var place = afterID + middle.count
        var index: Int64 = 0
        while place < line.endIndex, (0x30...0x39).contains(line[place]), index < 1 << 50 {
            index = index * 10 + Int64(line[place] - 0x30)
            place += 1
        }
        guard line[place...].starts(with: leafName) else { return nil }
        place += leafName.count
        guard line.endIndex - place > 44,
            let leaf = MerkleHash(base64: String(decoding: line[place..<(place + 44)], as: UTF8.self))
        else { return nil }
        return (index, leaf)
    }

    private static let opening = Array(#"{"id":""#.utf8)
    private static let middle = Array(#"","index":"#.utf8)
    private static let leafName = Array(#","leafHash":""#.utf8)
}
