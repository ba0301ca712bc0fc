import Encodings
import EventStore
import Foundation
import Support
import Testing

@Suite struct TilePathTests {
    @Test(
        "a path of tlog-tiles is read, and written as it was",
        arguments: [
            "tile/0/000", "tile/0/999", "tile/0/x001/000", "tile/3/x001/x234/067", "tile/0/273.p/112",
            "tile/63/000.p/1",
            "tile/1/000.p/255", "tile/entries/000", "tile/entries/x001/x234/067.p/9",
            "tile/0/x009/x223/x372/x036/x854/x775/807",
        ])
    func accepted(path: String) throws {
        #expect(try #require(TilePath(path)).description == path)
    }

    @Test(
        "every other spelling is refused",
        arguments: [
            "", "tile", "tile/0", "tile/0/", "tile/64/000", "tile/-1/000", "tile/+1/000", "tile/00/000", "tile/01/000",
            "tile/0/0", "tile/0/00", "tile/0/0000", "tile/0/1000", "tile/0/x000", "tile/0/x000/001", "tile/0/001/000",
            "tile/0/x001/x000", "tile/0/X001/000", "tile/0/x01/000", "tile/0/x001//000", "tile/0/000/",
            "/tile/0/000", "tile/0/000.p", "tile/0/000.p/", "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/01",
            "tile/0/000.p/+1", "tile/0/000.p/1/", "tile/0/000.p/1/2", "tile/0/000.p/1.p/1", "tile/0/x001.p/1/000",
            "tile/0/000.P/1", "tile/0/.p/1", "tile/.p/1", "tile/entries", "tile/entries/", "tile/Entries/000",
            "tile/data/000", "tile/0/../000", "tile/0/0%30", "tile/0/٠٠٠", "tile/0/000\n", " tile/0/000",
            "tile/0/x009/x223/x372/x036/x854/x775/808", "tile/0/x999/x999/x999/x999/x999/x999/999",
            "tile/0/x001/x000/x000/x000/x000/x000/x000/000", "tile/0/" + String(repeating: "x001/", count: 30) + "000",
        ])
    func refused(path: String) {
        #expect(TilePath(path) == nil)
    }

    @Test("a path with a byte changed is another path or none, never the same")
    func changed() throws {
        var generator = SeededGenerator(seed: 11)
        for _ in 0..<2000 {
            let number = Int64.random(in: 0...5_000_000, using: &generator)
            let width = Int64.random(in: 1...256, using: &generator)
            let path = TilePlace(level: .random(in: 0...63, using: &generator), number: number).path(width: width)
            let read = try #require(TilePath(path))
            #expect(read.number == number && read.width == width)
            var bytes = Array(path.utf8)
            bytes[.random(in: 0..<bytes.count, using: &generator)] ^= .random(in: 1...255, using: &generator)
            let other = String(validating: bytes, as: UTF8.self).flatMap { TilePath($0) }
            #expect(other != read)
        }
    }
}

@Suite struct TileTests {
    @Test(
        "the published leaves give the published layout at every size, byte for byte, and nothing besides",
        .enabled(if: TestData.isThere))
    func tessera() throws {
        let temporary = try TemporaryFolder()
        let storage = try SQLiteLogStorage(path: temporary.path("log.sqlite"))
        let key = try VerifierKey(parsing: Tessera.key)
        for size in 0...Tessera.words.count {
            let records = Tessera.words.prefix(size).suffix(1).map {
                LogRecord(id: .random(), entry: Array($0.utf8), body: [])
            }
            let note = try String(decoding: TestData.bytes("vectors/tlog/tessera/checkpoint.\(size)"), as: UTF8.self)
            try storage.append(
                LogBatch(
                    expectedSize: Int64(size - records.count), records: records, tiles: [],
                    checkpoint: StoredCheckpoint(size: Int64(size), note: note)))
            let log = try ReadOnlyLog(storage: storage, verifierKey: key, vault: nil)
            for kind in (0...63).map(String.init) + ["entries"] {
                for name in ["000", "001", "x001/000"] + (1...255).map({ "000.p/\($0)" }) + ["001.p/1"] {
                    let path = "tile/\(kind)/\(name)"
                    let served = try log.tile(at: #require(TilePath(path)))
                    let width = name.hasPrefix("000.p/") ? Int(name.dropFirst(6)) ?? 0 : 256
                    let published =
                        width <= size && ["0", "entries"].contains(kind)
                        ? try TestData.bytes("vectors/tlog/tessera/" + path) : nil
                    if served != published { Issue.record("\(path) at size \(size)") }
                }
            }
        }
    }

    @Test("tiles are what the specification defines, at every width of every level, and nothing lies beyond the tree")
    func definition() throws {
        let site = try Site()
        var leaves: [MerkleHash] = []
        var entries: [[UInt8]] = []
        for count in [0, 1, 254, 1, 1, 255, 88] {
            if count > 0 {
                let appended = try site.append(count)
                leaves += appended.map(\.leafHash)
                entries += appended.map(\.entry.bytes)
            }
            var levels = [leaves]
            while let last = levels.last, last.count >= 256 {
                levels.append((0..<(last.count / 256)).map { Merkle.root(of: last[($0 * 256)..<($0 * 256 + 256)]) })
            }
            for level in 0...3 {
                let row = level < levels.count ? levels[level] : []
                for number in 0...3 {
                    for width in [1, 2, 87, 88, 89, 254, 255, 256] {
                        let first = number * 256
                        let path = TilePlace(level: level, number: Int64(number)).path(width: Int64(width))
                        let expected =
                            first + width <= row.count ? row[first..<(first + width)].flatMap(\.bytes) : nil
                        #expect(try site.log.tile(at: #require(TilePath(path))) == expected, "\(path)")
                    }
                }
            }
            for (number, width) in [(0, 1), (0, 255), (0, 256), (1, 1), (1, 256), (2, 88), (2, 89), (2, 256), (3, 1)] {
                let first = number * 256
                let expected = first + width <= entries.count ? bundle(entries[first..<(first + width)]) : nil
                let path = TilePlace.entriesPath(number: Int64(number), width: Int64(width))
                #expect(try site.log.tile(at: #require(TilePath(path))) == expected, "\(path)")
            }
        }
        #expect(try site.log.tile(at: #require(TilePath("tile/0/x009/x223/x372/x036/x854/x775/807"))) == nil)
        #expect(try site.log.tile(at: #require(TilePath("tile/entries/x009/x223/x372/x036/x854/x775/807.p/1"))) == nil)
    }

    private func bundle(_ entries: ArraySlice<[UInt8]>) -> [UInt8] {
        entries.flatMap { [UInt8($0.count / 256), UInt8($0.count % 256)] + $0 }
    }
}
