import Encodings
import EventStore
import Foundation
import Support
import Testing
import Timestamping

/// A daemon whose log is stamped by an authority run with `openssl ts`.
@Suite struct TimestampEndToEndTests {
    private struct Stage {
        let house: TestHouse
        let served: LoopbackAuthority
        let config: String

        init(_ more: String = "") async throws {
            house = try await TestHouse()
            served = try LoopbackAuthority(try await TestAuthority())
            config = house.folder.path("sharingd.yaml")
            try "timestamps: {url: '\(served.url)', ca: '\(served.authority.root)', every: 1s\(more)}".write(
                toFile: config, atomically: true, encoding: .utf8)
        }

        func start() async throws -> Daemon { try await Daemon.start(house.data, ["--config", config]) }

        /// The newest timestamp, once it is over this size.
        func stamped(_ size: Int64, by daemon: Daemon) async throws -> JSON {
            while daemon.process.isRunning {
                let answer = try await TestHouse.send(daemon, "/log/timestamps?limit=1")
                if let newest = answer.json["timestamps"]?.array?.first, newest["size"]?.integer ?? 0 >= size {
                    return newest
                }
                try await Task.sleep(for: .milliseconds(20))
            }
            throw DaemonError(log: daemon.process.errors.text)
        }

        func sharectl(_ arguments: String...) async throws -> Executable.Result {
            try await Executable.sharectl.run(arguments)
        }
    }

    @Test func `a log is stamped, and anybody can check that with openssl; backups and exports carry it`() async throws
    {
        let stage = try await Stage()
        let (house, root) = (stage.house, stage.served.authority.root)
        defer { stage.served.stop() }
        let daemon = try await stage.start()
        _ = try await stage.stamped(1, by: daemon)
        try await house.settle(daemon)
        let newest = try await stage.stamped(4, by: daemon)
        let size = try #require(newest["size"]?.integer)
        let reply = try await TestHouse.send(daemon, "/log/timestamp/\(size)")
        #expect(reply.header("content-type") == "application/timestamp-reply")
        let note = try await TestHouse.send(daemon, "/log/timestamp/\(size)/note")
        #expect(note.text == newest["note"]?.string)
        #expect(try await TestHouse.send(daemon, "/log/timestamp/99").status == 404)
        #expect(try await TestHouse.send(daemon, "/log/timestamp/01").status == 404)
        #expect(try await TestHouse.send(daemon, "/log/timestamps?limit=0").status == 400)

        // The command of docs/FORMAT.md, section 13.
        try Data(note.bytes).write(to: house.folder.url.appending(path: "4.note"))
        try Data(reply.bytes).write(to: house.folder.url.appending(path: "4.tsr"))
        func openssl(_ root: String) async throws -> (code: Int32, text: String) {
            try await TestAuthority.openssl(
                ["ts", "-verify", "-data", "4.note", "-in", "4.tsr", "-CAfile", root], in: house.folder.url.path)
        }
        let checked = try await openssl(root)
        #expect(checked.code == 0 && checked.text.contains("Verification: OK"), "\(checked.text)")
        let stranger = try await TestAuthority()
        #expect(try await openssl(stranger.root).text.contains("certificate verify error"))

        let vkey = try await TestHouse.send(daemon, "/log/vkey").text.trimmingCharacters(in: .whitespacesAndNewlines)
        for place in [["--server", daemon.server, "--vkey", vkey], ["--data", house.data]] {
            let listed = try await Executable.sharectl.run(
                ["log", "timestamps", "--tsa-ca", root, "--format", "csv"] + place)
            #expect(listed.code == 0, "\(listed.output)\(listed.errors)")
            #expect(listed.output.contains(",yes,"))
            #expect(listed.output.contains("Test authority"))
        }
        let (logs, vaults) = (house.folder.path("logs"), house.folder.path("vaults"))
        let backup = try await stage.sharectl("backup", "--data", house.data, "--log-to", logs, "--vault-to", vaults)
        #expect(backup.code == 0, "\(backup.output)\(backup.errors)")
        await daemon.stop()
        let again = house.folder.path("again")
        let restored = try await stage.sharectl(
            "restore", "--log-from", logs, "--vault-from", vaults, "--keys-from", house.data + "/keys", "--data", again)
        #expect(restored.code == 0, "\(restored.output)\(restored.errors)")
        let verified = try await stage.sharectl("log", "verify", "--data", again, "--tsa-ca", root)
        #expect(verified.code == 0, "\(verified.output)\(verified.errors)")
        #expect(verified.output.contains(", the newest over size \(size), of "))
        let distrusted = try await stage.sharectl("log", "verify", "--data", again, "--tsa-ca", stranger.root)
        #expect(distrusted.code == 1)
        #expect(distrusted.output.contains("timestamp-invalid at \(size)"))
        try await checkExport(stage, again, vkey, size)
    }

    private func checkExport(_ stage: Stage, _ data: String, _ vkey: String, _ size: Int64) async throws {
        let exported = stage.house.folder.path("exported")
        let result = try await stage.sharectl("log", "export", exported, "--data", data, "--vkey", vkey)
        #expect(result.code == 0, "\(result.output)\(result.errors)")
        let checked = try await TestAuthority.openssl(
            [
                "ts", "-verify", "-data", "timestamps/\(size).note", "-in", "timestamps/\(size).tsr", "-CAfile",
                stage.served.authority.root,
            ], in: exported)
        #expect(checked.code == 0, "\(checked.text)")
        guard ExampleClientTests.python != nil else { return }
        let sound = try await ExportTests.verify(exported, vkey)
        #expect(sound.code == 0, "\(sound.output)\(sound.errors)")
        let stamped = try Data(contentsOf: URL(filePath: exported + "/timestamps/\(size).note"))
        for name in ["\(size).note", "\(size).tsr"] {
            let file = URL(filePath: exported + "/timestamps/" + name)
            let bytes = try Data(contentsOf: file)
            // The stamped digest stands in the response; the note's digest depends on each of its bytes.
            let digest = Data(TimestampResponse.digest(of: stamped))
            var changed = bytes
            changed[name.hasSuffix("tsr") ? try #require(bytes.range(of: digest)).lowerBound : 3] ^= 1
            try changed.write(to: file)
            let wrong = try await ExportTests.verify(exported, vkey)
            #expect(wrong.code == 1, "\(name): \(wrong.output)")
            try bytes.write(to: file)
        }
    }

    @Test func `a required timestamp that fails makes the site not ready, loudly, until one succeeds`() async throws {
        let stage = try await Stage(", required: true, overdueAfter: 1s")
        defer { stage.served.stop() }
        let daemon = try await stage.start()
        _ = try await stage.stamped(1, by: daemon)
        stage.served.manner = .status("503 Busy")
        try await stage.house.settle(daemon)
        func ready(_ status: Int) async throws -> TestHouse.Answer {
            while daemon.process.isRunning {
                let answer = try await TestHouse.send(daemon, "/readyz")
                if answer.status == status { return answer }
                try await Task.sleep(for: .milliseconds(20))
            }
            throw DaemonError(log: daemon.process.errors.text)
        }
        #expect(try await ready(503).code == "timestamp-overdue")
        while !daemon.lines.contains(where: { $0.contains("timestamps are overdue") }), daemon.process.isRunning {
            try await Task.sleep(for: .milliseconds(20))
        }
        // Nobody who posts waits for it, or is turned away.
        #expect(try await TestHouse.post(daemon, try stage.house.described()).status == 201)
        let doctor = try await stage.sharectl("doctor", "--data", stage.house.data, "--format", "csv")
        #expect(doctor.code == 1)
        #expect(doctor.output.contains("timestamps,trouble,\"overdue"), "\(doctor.output)")
        let metrics = try await TestHouse.send(
            daemon, "/metrics", headers: try stage.house.token(("site:" + TestHouse.origin, stage.house.operatorKey)))
        #expect(metrics.text.contains("sharing_timestamp_overdue 1\n"), "\(metrics.text)")
        #expect(metrics.text.contains("sharing_timestamp_failures_total{code=\"timestamp-authority-refused\"}"))
        stage.served.manner = .answer
        #expect(try await ready(200).status == 200)
        while !daemon.lines.contains(where: { $0.contains("timestamps are current again") }), daemon.process.isRunning {
            try await Task.sleep(for: .milliseconds(20))
        }
        let told = daemon.lines.filter { $0.contains("timestamps are ") }
        let loud = told.filter { $0.contains("timestamps are overdue") }
        #expect(loud.allSatisfy { $0.contains(#""level":"error""#) })
        // Once for each change. Where the machine is slow, timestamps are overdue more than once.
        for (place, line) in told.enumerated() {
            #expect(line.contains(place.isMultiple(of: 2) ? "overdue" : "current again"), "\(told)")
        }
        await daemon.stop()
    }

    @Test func `a silent authority is no reason to wait, neither for those who post nor at the end`() async throws {
        let stage = try await Stage(", required: true")
        defer { stage.served.stop() }
        stage.served.manner = .silence
        let daemon = try await stage.start()
        while stage.served.requests == 0, daemon.process.isRunning { try await Task.sleep(for: .milliseconds(20)) }
        try await stage.house.settle(daemon)
        #expect(try await TestHouse.send(daemon, "/readyz").status == 200)
        #expect(await daemon.stop() == 0)
        let verified = try await stage.sharectl("log", "verify", "--data", stage.house.data)
        #expect(verified.output.contains("timestamps   0"))
    }
}
