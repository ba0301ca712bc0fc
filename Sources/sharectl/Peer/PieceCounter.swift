import Encodings
import Foundation
import Shipping

/// Follows the bytes of a shipment from piece to piece, by what each says of its length.
struct PieceCounter {
    private(set) var pieces: Int64 = 0
    private(set) var bytes: Int64 = 0
    private var prefix: [UInt8] = []
    /// Bytes of the piece that are still to come, once its prefix has been read.
    private var left = 0

    var isBetweenPieces: Bool { left == 0 && prefix.isEmpty }

    /// - Throws: `Failure` where something else than a piece begins.
    mutating func take(_ new: [UInt8]) throws(Failure) {
        bytes += Int64(new.count)
        var rest = new[...]
        while !rest.isEmpty {
            if left > 0 {
                let taken = min(left, rest.count)
                left -= taken
                rest = rest.dropFirst(taken)
            } else {
                let missing = UnverifiedPiece.prefixBytes - prefix.count
                prefix += rest.prefix(missing)
                rest = rest.dropFirst(missing)
                guard prefix.count == UnverifiedPiece.prefixBytes else { return }
                left = try PieceFile.length(prefix) - UnverifiedPiece.prefixBytes
                prefix = []
            }
            if isBetweenPieces { pieces += 1 }
        }
    }
}

/// A file of pieces, one after another, of which one at a time is in memory.
struct PieceFile {
    private let handle: FileHandle
    private let path: String
    let sizeBytes: Int64

    init(_ path: String) throws(Failure) {
        guard !FileManager.default.isFolder(path), let handle = FileHandle(forReadingAtPath: path),
            let size = try? handle.seekToEnd(), (try? handle.seek(toOffset: 0)) != nil
        else { throw .usage("cannot read \(path); check that it is there and yours") }
        self.handle = handle
        self.path = path
        sizeBytes = Int64(clamping: size)
    }

    /// The next piece; nil at the end.
    func next() throws(Failure) -> [UInt8]? {
        let prefix = try read(UnverifiedPiece.prefixBytes)
        guard !prefix.isEmpty else { return nil }
        let length = try Self.length(prefix)
        let content = try read(length - prefix.count)
        guard prefix.count + content.count == length else {
            throw Failure(.no, "\(path) breaks off in the middle of a piece; what came before it has been taken")
        }
        return prefix + content
    }

    static func length(_ prefix: [UInt8]) throws(Failure) -> Int {
        do throws(PieceFlaw) {
            return try UnverifiedPiece.length(prefix: prefix)
        } catch {
            throw Failure(.no, "this is no shipment: \(error)")
        }
    }

    private func read(_ count: Int) throws(Failure) -> [UInt8] {
        do {
            return Array(try handle.read(upToCount: count) ?? Data())
        } catch {
            throw Failure(.no, "cannot read \(path) to its end; check the medium")
        }
    }
}
