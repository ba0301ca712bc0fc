import Encodings
import EventStore
import Foundation
import NIOHTTP1
import Support
import Testing

/// One site as the witness of another, over HTTP.
@Suite struct WitnessOverHTTPTests {
    @Test func `a site cosigns another's checkpoints, and answers as the specification says`() async throws {
        let watched = try await TestHouse()
        let log = try await Daemon.start(watched.data)
        let key = try await TestHouse.send(log, "/log/vkey").text.trimmingCharacters(in: .whitespacesAndNewlines)
        let watching = try await TestHouse()
        let config = watching.folder.path("sharingd.yaml")
        try "witness: {logs: ['\(key)']}".write(toFile: config, atomically: true, encoding: .utf8)
        let witness = try await Daemon.start(watching.data, ["--config", config])
        func add(_ body: String) async throws -> TestHouse.Answer {
            try await TestHouse.send(witness, method: .POST, "/witness/add-checkpoint", body: Array(body.utf8))
        }
        let checkpoint = try await TestHouse.send(log, "/log/checkpoint").text
        let cosigned = try await add("old 0\n\n" + checkpoint)
        #expect(cosigned.status == 200, "\(cosigned.text)")
        let witnessKey = try VerifierKey(
            parsing: try await TestHouse.send(witness, "/witness/vkey").text.trimmingCharacters(
                in: .whitespacesAndNewlines))
        #expect(try SignedNote(parsing: checkpoint + cosigned.text).verified(by: [witnessKey]).count == 1)
        try await watched.settle(log)
        let later = try await TestHouse.send(log, "/log/checkpoint").text
        let conflict = try await add("old 0\n\n" + later)
        #expect(conflict.status == 409)
        #expect(conflict.header("content-type") == "text/x.tlog.size")
        #expect(conflict.text == "1\n")
        #expect(try await add("old 1\n\n" + later).status == 422)
        #expect(try await add("old 9\n\n" + later).status == 400)
        #expect(try await add("rubbish").status == 400)
        let stranger = try await TestHouse.send(witness, "/log/checkpoint").text
            .replacing(TestHouse.origin, with: "other.example/x")
        #expect(try await add("old 0\n\n" + stranger).status == 404)
        let unsigned = later.replacing("— \(TestHouse.origin) ", with: "— somebody.else ")
        #expect(try await add("old 1\n\n" + unsigned).status == 403)
        await log.stop()
        await witness.stop()
    }
}
