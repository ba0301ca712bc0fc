import Encodings
import EventStore
import Foundation
import Support
import Testing

/// The log in the layout of tlog-tiles, over HTTP.
@Suite struct TileTests {
    @Test func `hash tiles are open, entries are for auditors, and both give the root of the checkpoint`() async throws
    {
        let house = try await TestHouse()
        let daemon = try await Daemon.start(house.data)
        try await house.settle(daemon)
        let auditor = (id: house.trust.id, key: SigningKey.generate())
        let enrolled = try await TestHouse.post(
            daemon,
            try house.compose(
                "key.enrolled", "site:" + TestHouse.origin, house.operatorKey, nil,
                .object(["agency": .string(auditor.id), "jwk": auditor.key.publicKey.jwk, "roles": ["auditor"]])))
        #expect(enrolled.status == 201)
        for _ in 0..<300 { #expect(try await TestHouse.post(daemon, try house.described()).status == 201) }
        let checkpoint = try SignedCheckpoint(parsing: try await TestHouse.send(daemon, "/log/checkpoint").text)
            .checkpoint
        let width = checkpoint.size - 256
        let full = try await TestHouse.send(daemon, "/log/tile/0/000")
        let partial = try await TestHouse.send(daemon, "/log/tile/0/001.p/\(width)")
        #expect(full.status == 200)
        #expect(full.bytes.count == 8192)
        #expect(full.header("content-type") == "application/octet-stream")
        #expect(full.header("cache-control")?.contains("immutable") == true)
        let hashes = stride(from: 0, to: full.bytes.count + partial.bytes.count, by: 32).compactMap { start in
            MerkleHash((full.bytes + partial.bytes)[start..<(start + 32)])
        }
        #expect(Merkle.root(of: hashes) == checkpoint.root)
        for path in [
            "/log/tile/0/001", "/log/tile/0/001.p/0", "/log/tile/0/1.p/\(width)", "/log/tile/64/000", "/log/tile/0/002",
            "/log/tile/",
        ] {
            #expect(try await TestHouse.send(daemon, path).status == 404, "\(path)")
        }
        #expect(try await TestHouse.send(daemon, "/log/tile/entries/000").status == 401)
        #expect(
            try await TestHouse.send(daemon, "/log/tile/entries/000", headers: try house.token(house.trust)).status
                == 403)
        let bundle = try await TestHouse.send(daemon, "/log/tile/entries/000", headers: try house.token(auditor)).bytes
        var entries: [[UInt8]] = []
        var rest = bundle[...]
        while rest.count > 2 {
            let length = Int(rest[rest.startIndex]) << 8 | Int(rest[rest.startIndex + 1])
            entries.append(Array(rest.dropFirst(2).prefix(length)))
            rest = rest.dropFirst(2 + length)
        }
        #expect(entries.map { MerkleHash.leaf($0) } == Array(hashes.prefix(256)))
        await daemon.stop()
    }
}
