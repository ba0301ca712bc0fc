import Encodings
import EventStore
import Foundation
import Support
import Testing

/// What leaves a site as files, and is checked without it.
@Suite struct ExportTests {
    /// A site with every event that makes or ends keys, events about a person, and a decision.
    private struct Story {
        let house: TestHouse
        let daemon: Daemon
        let vkey: String
        /// Entries about a person: their bodies are sealed.
        let sealed: Int
        let size: Int
        let referral: UniqueID

        init() async throws {
            house = try await TestHouse()
            daemon = try await Daemon.start(house.data)
            vkey = try await TestHouse.send(daemon, "/log/vkey").text.trimmingCharacters(in: .whitespacesAndNewlines)
            try await house.settle(daemon)
            referral = .random()
            let site = "site:" + TestHouse.origin
            let (trust, council, person) = (house.trust, house.council, TestHouse.person)
            let (second, third) = (SigningKey.generate(.es256), SigningKey.generate())
            let posted = [
                try house.described(),
                try house.compose(
                    "key.enrolled", site, house.operatorKey, nil,
                    .object(["agency": .string(trust.id), "jwk": second.publicKey.jwk, "roles": ["agency"]])),
                try house.compose(
                    "subject.described", trust.id, second, person,
                    .object(["birthDate": "2011-02-03", "source": "letter"])),
                try house.compose(
                    "key.revoked", trust.id, trust.key, nil,
                    .object([
                        "kid": .string(second.publicKey.thumbprint.description), "since": .text(Instant.current),
                        "reason": "lost",
                    ])),
                try house.compose(
                    "agency.registered", site, house.operatorKey, nil,
                    .object([
                        "agency": "ods:XYZ12", "name": "Ölmütz \"Trust\"", "kind": "nhs", "publicAuthority": true,
                        "keys": [.object(["jwk": third.publicKey.jwk, "roles": ["agency"]])],
                    ])),
                try house.compose(
                    "agency.ended", site, house.operatorKey, nil, .object(["agency": "ods:XYZ12", "reason": "merged"])),
                try house.compose(
                    "referral.submitted", trust.id, trust.key, person,
                    .object([
                        "from": .string(trust.id), "to": .string(council.id), "urgency": "urgent",
                        "purpose": "safeguarding-children",
                        "actor": .object(["id": "42", "role": "designated-safeguarding-lead"]),
                    ]), id: referral,
                    content: [
                        ("referral.summary", "bruises"), ("identity", .object(["name": "A. Child"])),
                    ]),
            ]
            for event in posted {
                let answer = try await TestHouse.post(
                    daemon, event, as: event.contains(UInt8(ascii: "~")) ? "application/sd-jwt" : "application/jose")
                guard answer.status == 201 else { throw DaemonError(log: answer.text) }
            }
            // The genesis, baseline and two agencies before; the decision on the referral after.
            size = 4 + posted.count + 1
            sealed = 4
        }

        func export(_ name: String, _ options: [String] = []) async throws -> String {
            let folder = house.folder.path(name)
            let result = try await Executable.sharectl.run(
                ["log", "export", folder, "--data", house.data, "--vkey", vkey] + options)
            guard result.code == 0 else { throw DaemonError(log: result.errors) }
            return folder
        }

        func verify(_ folder: String, _ vkey: String? = nil) async throws -> Executable.Result {
            try await ExportTests.verify(folder, vkey ?? self.vkey)
        }
    }

    /// Runs the second implementation.
    static func verify(_ folder: String, _ vkey: String, _ options: [String] = []) async throws -> Executable.Result {
        let python = try #require(ExampleClientTests.python)
        let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../examples/verify.py")
        let program = python.lastPathComponent == "env" ? ["python3"] : []
        return try await Executable.run(
            python, program + [script.path, folder, "--vkey", vkey] + options,
            environment: ProcessInfo.processInfo.environment)
    }

    private func files(_ folder: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: folder).sorted().filter { name in
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: folder + "/" + name, isDirectory: &isFolder)
                && !isFolder.boolValue
        }
    }

    @Test(.enabled(if: ExampleClientTests.python != nil))
    func `a second implementation verifies an export, and finds a byte flipped in any of its files`() async throws {
        let story = try await Story()
        let open = try await story.export("open")
        let verified = try await story.verify(open)
        #expect(verified.code == 0, "\(verified.output)\(verified.errors)")
        #expect(verified.output.contains("size \(story.size), "))
        #expect(verified.output.contains("\(story.size - story.sealed) bodies, \(story.sealed) unavailable"))
        let whole = try await story.export("whole", ["--with-sealed"])
        await story.daemon.stop()
        let all = try await story.verify(whole)
        #expect(all.code == 0, "\(all.output)\(all.errors)")
        #expect(all.output.contains("\(story.size) bodies, 0 unavailable"))

        var generator = SeededGenerator(seed: 3)
        let names = try files(whole)
        #expect(names.count == 3 + story.size)
        var flipped = 0
        for name in names {
            let file = URL(filePath: whole + "/" + name)
            let bytes = [UInt8](try Data(contentsOf: file))
            let positions =
                [0, bytes.count - 1] + (0..<3).map { _ in Int.random(in: 0..<bytes.count, using: &generator) }
            for position in name.hasPrefix("bodies/") ? Array(positions.suffix(2)) : positions {
                var changed = bytes
                changed[position] ^= .random(in: 1...255, using: &generator)
                try Data(changed).write(to: file)
                let result = try await story.verify(whole)
                #expect(result.code == 1, "\(name) at \(position): \(result.output)\(result.errors)")
                flipped += 1
            }
            try Data(bytes).write(to: file)
        }
        #expect(flipped >= 3 * 5 + 2 * story.size)
        #expect(try await story.verify(whole).code == 0)
    }

    @Test(.enabled(if: ExampleClientTests.python != nil))
    func `a second implementation refuses another key, a lost event about keys, and what does not belong there`()
        async throws
    {
        let story = try await Story()
        let folder = try await story.export("exported")
        await story.daemon.stop()
        let other = try VerifierKey(name: TestHouse.origin, publicKey: SigningKey.generate().publicKey).description
        #expect(try await story.verify(folder, other).code == 1)
        #expect(try await story.verify(folder, String(story.vkey.dropLast())).code == 2)
        let stranger = URL(filePath: folder + "/tile/0/001.p")
        try Data([1]).write(to: stranger)
        #expect(try await story.verify(folder).output.contains("tile/0/001.p: does not belong there"))
        try FileManager.default.removeItem(at: stranger)
        #expect(try await story.verify(folder).code == 0)
        try FileManager.default.removeItem(atPath: folder + "/bodies/5")
        let result = try await story.verify(folder)
        #expect(result.code == 1 && result.output.contains("bodies/5: is missing"))
    }

    @Test(.enabled(if: ExampleClientTests.python != nil))
    func `a second implementation demands the cosignatures that it is told to`() async throws {
        let story = try await Story()
        let folder = try await story.export("exported")
        await story.daemon.stop()
        let file = URL(filePath: folder + "/checkpoint")
        let signed = try SignedCheckpoint(parsing: String(contentsOf: file, encoding: .utf8))
        let witness = try Cosignature(name: "witness.test/w1", key: .generate())
        let options = ["--witness", witness.verifierKey.description]
        func answer(_ note: SignedNote, _ options: [String]) async throws -> Int32 {
            try Data(note.note.utf8).write(to: file)
            return try await Self.verify(folder, story.vkey, options).code
        }
        let good = try witness.sign(signed.checkpoint.text, time: 1_795_348_800)
        let bad = try witness.sign(signed.checkpoint.text + " ", time: 1_795_348_800)
        #expect(try await answer(signed.signedNote, options) == 1)
        #expect(try await answer(signed.signedNote.adding(good), options) == 0)
        #expect(try await answer(signed.signedNote.adding(good), []) == 0)
        #expect(try await answer(signed.signedNote.adding(bad), options) == 1)
        #expect(try await answer(signed.signedNote.adding(bad), []) == 0)
    }

    @Test func `proofs are carried away, and hold without the site for nobody's key but its own`() async throws {
        let story = try await Story()
        let folder = story.house.folder
        func sharectl(_ arguments: String...) async throws -> Executable.Result {
            try await Executable.sharectl.run(["log"] + arguments)
        }
        let data = story.house.data
        let (event, growth) = (folder.path("event.proof"), folder.path("growth.proof"))
        let short = try await sharectl("prove", story.referral.description, "--data", data)
        let long = try await sharectl("prove", "inclusion", story.referral.description, "--data", data, "--out", event)
        #expect(long.code == 0 && short.code == 0)
        #expect(try String(contentsOfFile: event, encoding: .utf8) == short.output)
        let grown = try await sharectl("prove", "consistency", "1", "--data", data, "--out", growth)
        #expect(grown.code == 0, "\(grown.errors)")
        let middle = try await sharectl("prove", "consistency", "3", "6", "--data", data, "--vkey", story.vkey)
        #expect(middle.code == 0 && middle.output.hasPrefix(ConsistencyProof.header + "\n"))
        #expect(try await sharectl("prove", "consistency", "6", "3", "--data", data).code == 2)
        #expect(try await sharectl("prove", "consistency", "1", "1000", "--data", data).code == 1)
        let key = folder.path("trust.jwk")
        #expect(
            FileManager.default.createFile(
                atPath: key, contents: Data(story.house.trust.key.privateJWK.bytes),
                attributes: [.posixPermissions: 0o600]))
        let fetched = try await sharectl(
            "prove", story.referral.description, "--server", story.daemon.server, "--key", key, "--as",
            story.house.trust.id, "--vkey", story.vkey)
        #expect(fetched.output == short.output, "\(fetched.errors)")
        await story.daemon.stop()

        let included = try await sharectl("check-proof", event, "--vkey", story.vkey, "--format", "json")
        #expect(included.code == 0, "\(included.errors)")
        let told = try JSON.parse(included.output)
        #expect(told["kind"] == "inclusion" && told["size"] == .integer(Int64(story.size)))
        #expect(told["entry"]?["id"]?.string == story.referral.description)
        let consistent = try await sharectl("check-proof", growth, "--vkey", story.vkey, "--format", "json")
        #expect(try JSON.parse(consistent.output)["kind"] == "consistency")

        let entry = folder.path("entry.json")
        try Data(try TlogProof(parsing: short.output).extra ?? []).write(to: URL(filePath: entry))
        #expect(try await sharectl("check-proof", event, "--vkey", story.vkey, "--entry", entry).code == 0)
        #expect(try await sharectl("check-proof", growth, "--vkey", story.vkey, "--entry", entry).code == 2)
        try Data("{}".utf8).write(to: URL(filePath: entry))
        #expect(try await sharectl("check-proof", event, "--vkey", story.vkey, "--entry", entry).code == 1)
        let other = try VerifierKey(name: TestHouse.origin, publicKey: SigningKey.generate().publicKey).description
        for file in [event, growth] {
            #expect(try await sharectl("check-proof", file, "--vkey", other).code == 1)
            var bytes = [UInt8](try Data(contentsOf: URL(filePath: file)))
            bytes[bytes.count / 2] ^= 1
            try Data(bytes).write(to: URL(filePath: file))
            #expect(try await sharectl("check-proof", file, "--vkey", story.vkey).code != 0)
        }
    }

    @Test func `an export is for its owner alone, and is never written over something`() async throws {
        let story = try await Story()
        let folder = try await story.export("exported")
        await story.daemon.stop()
        for name in try files(folder) {
            let mode = try FileManager.default.attributesOfItem(atPath: folder + "/" + name)[.posixPermissions] as? Int
            #expect(mode == 0o600)
        }
        let text = try files(folder).map { try Data(contentsOf: URL(filePath: folder + "/" + $0)) }
        #expect(!text.contains { $0.range(of: Data("9476719931".utf8)) != nil })
        let again = try await Executable.sharectl.run(["log", "export", folder, "--data", story.house.data])
        #expect(again.code == 1 && again.errors.contains("is not empty"))
        try FileManager.default.removeItem(atPath: story.house.data + "/keys/kek")
        let keyless = try await Executable.sharectl.run(
            [
                "log", "export", story.house.folder.path("more"), "--data", story.house.data, "--vkey", story.vkey,
                "--with-sealed",
            ])
        #expect(keyless.code == 1 && keyless.errors.contains("--with-sealed"))
    }
}
