import Encodings
import EventStore
import Foundation
import NIOHTTP1
import Support
import Testing

/// A site without a line takes the same shipments as files.
@Suite struct PeerFileTests {
    private static let tables = [
        "SELECT idx, hex(hash) FROM leaf ORDER BY idx", "SELECT level, n, hex(hashes) FROM tile ORDER BY level, n",
        "SELECT idx, hex(id), hex(bytes) FROM entry ORDER BY idx", "SELECT size, note FROM checkpoint ORDER BY size",
        "SELECT number, size, late, checkpoint FROM progress ORDER BY number",
        "SELECT size, gap FROM statement ORDER BY number",
        // Bodies about persons are sealed under keys of this vault alone.
        """
        SELECT number, body.idx, CASE WHEN hex(entry.bytes) LIKE '%' || hex('"subject"') || '%' THEN length(sealed) ELSE hex(sealed) END
        FROM body JOIN entry ON entry.idx = body.idx ORDER BY number
        """,
    ]

    @Test func `a file gives the same replica as the line`() async throws {
        let trust = try await PeeredSite("sharing.test/trust", agency: "ods:RBS25")
        let council = try await PeeredSite("sharing.test/council", agency: "gss:E08000012")
        var first = try await trust.start()
        var second = try await council.start()
        try await trust.register(trust.agency)
        try await trust.register(council.agency, at: council.origin)
        try await trust.administer("peer.added", try council.card(url: "file:"))
        // The same site twice: one of them gets files only.
        #expect(await second.stop() == 0)
        #expect(await first.stop() == 0)
        try trust.fill(6_000, naming: [council.agency.id, "org:other:one"])
        let twin = council.folder.path("twin")
        try FileManager.default.copyItem(atPath: council.data, toPath: twin)
        first = try await trust.start()
        second = try await council.start()
        try await council.administer("peer.added", try trust.card())
        let size = try await trust.size()
        #expect(try await council.hasCaughtUp(with: trust.origin, to: size))
        #expect(await second.stop() == 0)
        let overLine = try ReplicaFile(of: council)
        let tables = try Self.tables.map { try overLine.rows($0) }
        #expect(tables.count { !$0.isEmpty } == tables.count - 1, "only tiles above the leaves are not full yet")

        try FileManager.default.removeItem(atPath: council.data)
        try FileManager.default.moveItem(atPath: twin, toPath: council.data)
        second = try await council.start()
        try await council.administer("peer.added", try trust.card(url: "file:"))
        let asked = try await council.send(
            .POST, "/v1/peers/request", JSON.object(["origin": .string(trust.origin)]).bytes,
            token: council.operatorToken())
        #expect(asked.status == 200)
        let file = try await trust.send(
            .POST, "/v1/peers/export",
            JSON.object(["origin": .string(council.origin), "request": asked.json]).bytes, token: trust.operatorToken())
        #expect(file.status == 200)
        var rest = file.bytes[...]
        var answers: [JSON] = []
        while !rest.isEmpty {
            let length = rest.dropFirst(20).prefix(4).reduce(0) { $0 << 8 | Int($1) }
            let piece = Array(rest.prefix(24 + length))
            rest = rest.dropFirst(24 + length)
            let answer = try await take(piece, at: council)
            #expect(answer.status == 200, "\(answer.text)")
            answers.append(answer.json)
            #expect(try await take(piece, at: council).code == "shipment-already-here")
        }
        #expect(answers.count > 1)
        #expect(answers.map { $0["complete"] } == answers.dropLast().map { _ in false } + [true])
        #expect(answers.last?["cursor"]?.string == "\(size)")
        #expect(answers.last?["advanced"]?.integer ?? 0 > 0)
        let state = try await council.peer(trust.origin)
        #expect(state["state"] == "caught-up" && state["recorded"]?.integer == size)
        #expect(await second.stop() == 0)
        #expect(await first.stop() == 0)
        let overFile = try ReplicaFile(of: council)
        for (sql, rows) in zip(Self.tables, tables) {
            let others = try overFile.rows(sql)
            #expect(others == rows, "\(sql)")
        }
    }

    @Test func `what is wrong with a file is said, and stops nobody who did not sign it`() async throws {
        let trust = try await PeeredSite("sharing.test/trust", agency: "ods:RBS25")
        let council = try await PeeredSite("sharing.test/council", agency: "gss:E08000012")
        let (first, second) = (try await trust.start(), try await council.start())
        try await trust.register(trust.agency)
        try await trust.administer("peer.added", try council.card(url: "file:"))
        let export = JSON.object(["origin": .string(council.origin)])
        let bytes = try await trust.send(.POST, "/v1/peers/export", export.bytes, token: trust.operatorToken()).bytes
        #expect(try await take(bytes, at: council).code == "no-such-peer")
        try await council.administer("peer.added", try trust.card(url: "file:"))
        #expect(try await take(Array("this is no shipment at all".utf8), at: council).code == "shipment-unknown-format")
        #expect(try await take(bytes.dropLast(3), at: council).code == "shipment-cut-off")
        var changed = bytes
        // In the middle of the records.
        changed[bytes.count / 2] ^= 1
        let refused = try await take(changed, at: council)
        #expect(refused.status == 422)
        #expect(try await council.state(of: trust.origin) == "new")
        #expect(try await take(bytes, at: council).status == 200)
        // For another site: refused, and held against nobody.
        let school = try await PeeredSite("sharing.test/school", agency: "urn:104714")
        try await trust.administer("peer.added", try school.card(url: "file:"))
        let theirs = JSON.object(["origin": .string(school.origin)])
        let misplaced = try await trust.send(.POST, "/v1/peers/export", theirs.bytes, token: trust.operatorToken())
        #expect(try await take(misplaced.bytes, at: council).code == "peer-other-log")
        #expect(try await council.evidence(against: trust.origin).isEmpty)
        let stranger = try council.token(council.agency.id, council.agency.key, for: council.origin)
        #expect(try await council.send(.GET, "/v1/peers", token: stranger).status == 401)
        #expect(await second.stop() == 0)
        #expect(await first.stop() == 0)
    }

    private func take(_ piece: some Collection<UInt8>, at site: PeeredSite) async throws -> TestHouse.Answer {
        try await site.send(
            .POST, "/v1/peers/import", type: "application/octet-stream", Array(piece), token: site.operatorToken())
    }
}
