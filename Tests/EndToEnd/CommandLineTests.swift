import Encodings
import EventStore
import Foundation
import GRDB
import Support
import Testing

/// What somebody at a terminal sees: exit codes, and errors that say how to go on.
@Suite struct CommandLineTests {
    private static let config = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../config")
        .path

    private func sharectl(_ arguments: String..., input: String = "") async throws -> Executable.Result {
        try await Executable.sharectl.run(arguments, input: input)
    }

    @Test func `an agreement with a typo is refused with file, line and a hint`() async throws {
        let folder = try TemporaryFolder()
        let text = try String(contentsOfFile: Self.config + "/agreements/liverpool-mash.yaml", encoding: .utf8)
        let path = folder.path("agreement.yaml")
        try text.replacing("purpose: early-help", with: "purpse: early-help").write(
            toFile: path, atomically: true, encoding: .utf8)
        let line =
            try #require(
                text.split(separator: "\n", omittingEmptySubsequences: false)
                    .firstIndex { $0.contains("purpose: early-help") }) + 1
        let checked = try await sharectl("agreement", "check", path, "--baseline", Self.config + "/baseline.yaml")
        #expect(checked.code == 1)
        #expect(checked.output.contains("agreement.yaml:\(line):"))
        #expect(checked.output.contains("did you mean `purpose`?"))
        for name in ["liverpool-mash", "early-help", "direct-care"] {
            let shipped = try await sharectl(
                "agreement", "check", Self.config + "/agreements/\(name).yaml", "--baseline",
                Self.config + "/baseline.yaml")
            #expect(shipped.code == 0, "\(name): \(shipped.output)")
        }
    }

    @Test func `exit codes tell usage, a site that cannot be reached, and a refusal apart`() async throws {
        #expect(try await sharectl("referral", "lst").code == 2)
        #expect(try await sharectl("--help").code == 0)
        let house = try await TestHouse()
        let key = house.data + "/keys/operator.jwk"
        let unreachable = try await sharectl(
            "agency", "list", "--server", "http://127.0.0.1:1", "--key", key, "--as", "site:" + TestHouse.origin)
        #expect(unreachable.code == 3)
        let daemon = try await Daemon.start(house.data)
        let refused = try await sharectl(
            "disclose", "list", "--server", daemon.server, "--key", key, "--as", "site:" + TestHouse.origin)
        #expect(refused.code == 4)
        #expect(refused.errors.contains("role-missing"))
        await daemon.stop()
    }

    @Test func `what is typed in the wrong place is not repeated, for it may be a person`() async throws {
        let person = "nhs:9434765919"
        for (words, says) in [
            (["referral", "list", person], "an argument too many"),
            (["consent", "withdraw", person, "O'Brien", person], "an argument too many"),
            (["referral", "list", "--limit", person], "The value given is invalid for '--limit <limit>'"),
            (["report", person], "The value given is invalid for '<name>'"),
            (["report", "it's " + person + "' is invalid for '"], "The value given is invalid for"),
            (["referral", "list", "--sbject=" + person], "Unknown option '--sbject'"),
            (["referral", "list", "--format", "tabel"], "'tabel' is invalid"),
            (["consent", "withdraw", person], "the id of an event"),
            (["subject", "lookup", "9434765918"], "scheme"),
        ] {
            let result = try await Executable.sharectl.run(words)
            #expect(result.code == 2, "\(words)")
            #expect(result.errors.contains(says), "\(words): \(result.errors)")
            #expect(!(result.errors + result.output).contains(#/943476|Brien/#), "\(words): \(result.errors)")
        }
    }

    @Test func `a message whose NHS number fails its check is refused, with the way out`() async throws {
        let folder = try TemporaryFolder()
        let message = try String(contentsOfFile: Self.config + "/samples/referral-bars.json", encoding: .utf8)
        let path = folder.path("message.json")
        try message.replacing("9476719931", with: "9476719932").write(toFile: path, atomically: true, encoding: .utf8)
        let refused = try await sharectl("fhir", "import", path, "--dry-run", "--server", "http://127.0.0.1:1")
        #expect(refused.code == 1)
        #expect(refused.errors.contains("fails its check digit"))
        #expect(refused.errors.contains("--subject"))
        #expect(!refused.errors.contains("9476719932"))
        let supplied = try await sharectl(
            "fhir", "import", path, "--dry-run", "--subject", "-", "--server", "http://127.0.0.1:1",
            input: "nhs:9476719931\n")
        #expect(supplied.code == 0, "\(supplied.errors)")
        #expect(supplied.output.contains("ods:RND to ods:RYE"))
        #expect(!supplied.output.contains("9476719931"))
    }

    @Test(.enabled(if: TestData.isThere))
    func `the published message is refused for its NHS number, and understood with a verified one`() async throws {
        let path = try #require(TestData.folder).appending(path: "samples/bars/servicerequest-validation-request.json")
            .path
        let refused = try await sharectl("fhir", "import", path, "--dry-run", "--server", "http://127.0.0.1:1")
        #expect(refused.code == 1)
        #expect(refused.errors.contains("fails its check digit"))
        let supplied = try await sharectl(
            "fhir", "import", path, "--dry-run", "--subject", "nhs:9476719931", "--server", "http://127.0.0.1:1")
        #expect(supplied.code == 0, "\(supplied.errors)")
        #expect(supplied.output.contains("ods:RND to ods:RYE"))
    }

    @Test func `a replay names the row that somebody changed`() async throws {
        let house = try await TestHouse()
        let daemon = try await Daemon.start(house.data)
        try await house.settle(daemon)
        #expect(try await TestHouse.post(daemon, try house.described()).status == 201)
        await daemon.stop()
        #expect(try await sharectl("replay", "--data", house.data, "--check").code == 0)
        do {
            let projections = try DatabaseQueue(path: house.data + "/projections.sqlite")
            try await projections.write {
                try $0.execute(sql: "UPDATE agency SET name = 'Another' WHERE agency = 'ods:RBS25'")
            }
        }
        let found = try await sharectl("replay", "--data", house.data, "--check")
        #expect(found.code == 1)
        #expect(found.output.contains("agency=ods:RBS25"))
        #expect(found.output.contains("name"))
    }

    @Test func `a site's files are for its owner alone`() async throws {
        let house = try await TestHouse()
        let daemon = try await Daemon.start(house.data)
        try await house.settle(daemon)
        await daemon.stop()
        let files = FileManager.default
        for name in try files.subpathsOfDirectory(atPath: house.data) + [""] {
            let mode = try files.attributesOfItem(atPath: house.data + "/" + name)[.posixPermissions] as? Int
            #expect((mode ?? 0o777) & 0o077 == 0, "\(name)")
        }
    }
}
