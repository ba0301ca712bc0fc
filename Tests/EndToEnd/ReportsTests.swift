import Crypto
import Encodings
import EventStore
import Foundation
import NIOHTTP1
import Support
import Testing

/// Every report through the daemon and on a folder, and evidence that is checked without either.
@Suite struct ReportsTests {
    private static let names = [
        "disclosures", "refusals", "referred", "reviews", "accounting", "consents", "withdrawal-impact", "agreements",
        "ropa", "withheld-from-safeguarding", "duty-not-shared", "reconciliation", "timeliness", "integrity",
    ]

    /// A house in which something of everything has happened.
    private struct Story {
        let house: TestHouse
        let daemon: Daemon
        let consent: UniqueID
        let subject: String
        let igLead: [String: String]
    }

    private func told() async throws -> Story {
        let house = try await TestHouse()
        let daemon = try await Daemon.start(house.data)
        try await house.settle(daemon)
        let school = (id: "urn:104714", key: SigningKey.generate())
        func post(_ event: [UInt8]) async throws -> TestHouse.Answer {
            let answer = try await TestHouse.post(
                daemon, event, as: event.contains(UInt8(ascii: "~")) ? "application/sd-jwt" : "application/jose")
            try #require(answer.status == 201, "\(answer.text)")
            return answer
        }
        _ = try await post(
            try house.compose(
                "agency.registered", "site:" + TestHouse.origin, house.operatorKey, nil,
                .object([
                    "agency": .string(school.id), "name": "a school", "kind": "education", "publicAuthority": true,
                    "keys": [.object(["jwk": school.key.publicKey.jwk, "roles": ["agency", "ig-lead"]])],
                ])))
        let document = try String(
            contentsOf: URL(filePath: #filePath).deletingLastPathComponent().appending(
                path: "../../config/agreements/liverpool-mash.yaml"), encoding: .utf8)
        _ = try await post(
            try house.compose(
                "agreement.proposed", house.trust.id, house.trust.key, nil, .object(["document": .string(document)])))
        for party in [house.trust, house.council, school] {
            _ = try await post(
                try house.compose(
                    "agreement.signed", party.id, party.key, nil,
                    .object([
                        "agreement": "liverpool-mash", "version": 3,
                        "digest": .string(Self.digest(document)),
                        "signatory": .object(["name": "A. Person", "office": "Caldicott Guardian"]),
                    ])))
        }
        func ask(_ purpose: String, _ item: String, _ person: String = TestHouse.person) async throws {
            _ = try await post(
                try house.compose(
                    "disclosure.requested", house.council.id, house.council.key, person,
                    .object([
                        "from": .string(house.trust.id), "to": .string(house.council.id), "purpose": .string(purpose),
                        "items": [.string(item)], "reason": "needed",
                        "actor": .object(["id": "w-1", "role": "social-worker"]),
                    ])))
        }
        // Nobody knows how old this one is.
        try await ask("safeguarding-children", "identity", "nhs:4010232137")
        _ = try await post(try house.described())
        let consent = UniqueID.random()
        _ = try await post(
            try house.compose(
                "consent.given", house.trust.id, house.trust.key, TestHouse.person,
                .object([
                    "kind": "confidentiality", "giver": "self", "purposes": ["early-help"], "items": ["*"],
                    "recipients": [.string(house.council.id)], "method": "written", "from": "2026-01-01",
                ]), id: consent))
        try await ask("early-help", "identity")
        try await ask("safeguarding-children", "finance")
        try await ask("direct-care", "health.summary")
        _ = try await post(
            try house.compose(
                "referral.submitted", house.trust.id, house.trust.key, TestHouse.person,
                .object([
                    "from": .string(house.trust.id), "to": .string(house.council.id), "urgency": "urgent",
                    "purpose": "safeguarding-children", "actor": .object(["id": "n-1", "role": "nurse"]),
                ]), content: [("referral.summary", "=cmd|' /C calc'!A0"), ("identity", "A. Child")]))
        let igLead = try house.token(house.trust)
        let found = try await TestHouse.send(
            daemon, method: .POST, "/v1/subjects/lookup",
            headers: igLead.merging(["content-type": "application/json"]) { $1 },
            body: JSON.object(["identifier": .string(TestHouse.person)]).bytes)
        return Story(
            house: house, daemon: daemon, consent: consent, subject: try #require(found.json["subject"]?.string),
            igLead: igLead)
    }

    private static func digest(_ text: String) -> String {
        Base64.url.encode(Array(SHA256.hash(data: Data(text.utf8))))
    }

    private func query(_ name: String, _ story: Story) -> String {
        switch name {
        case "accounting": "?subject=\(story.subject)"
        case "withdrawal-impact": "?consent=\(story.consent)"
        default: ""
        }
    }

    @Test func `every report is answered as JSON and as CSV, and each has something to tell`() async throws {
        let story = try await told()
        for name in Self.names {
            let query = query(name, story)
            let json = try await TestHouse.send(
                story.daemon, "/v1/reports/\(name)\(query)", headers: story.igLead)
            #expect(json.status == 200, "\(name): \(json.text)")
            let rows = json.json["rows"]?.array ?? []
            #expect(!rows.isEmpty, "\(name) has no rows")
            let columns = json.json["columns"]?.array?.compactMap(\.string) ?? []
            for row in rows { #expect(row.object?.names == columns + ["events"], "\(name)") }
            let csv = try await TestHouse.send(
                story.daemon, "/v1/reports/\(name)\(query.isEmpty ? "?" : query + "&")format=csv",
                headers: story.igLead)
            #expect(csv.header("content-type") == "text/csv; charset=utf-8")
            #expect(csv.text.hasPrefix(columns.joined(separator: ",") + ",events\r\n"))
            #expect(csv.text.split(separator: "\r\n").count == rows.count + 1, "\(name)")
            for person in ["9476719931", "4010232137"] { #expect(!json.text.contains(person), "\(name)") }
        }
        func refusal(_ path: String, _ headers: [String: String]) async throws -> String {
            let answer = try await TestHouse.send(story.daemon, "/v1/reports/" + path, headers: headers)
            return "\(answer.status) \(answer.code ?? "")"
        }
        #expect(try await refusal("nothing", story.igLead) == "404 no-such-report")
        #expect(try await refusal("accounting", story.igLead) == "400 parameter-missing")
        #expect(try await refusal("accounting?subject=nhs:9476719931", story.igLead) == "400 parameter-malformed")
        #expect(try await refusal("withdrawal-impact?consent=\(UniqueID.random())", story.igLead) == "404 not-found")
        #expect(try await refusal("refusals", [:]) == "401 token-missing")
        let site = try story.house.token((id: "site:" + TestHouse.origin, key: story.house.operatorKey))
        #expect(try await refusal("refusals", site) == "403 role-missing")
        #expect(try await refusal("integrity", site) == "200 ")
        await story.daemon.stop()
    }

    @Test func `sharectl tells every report from a server and from a folder, with evidence that checks offline`()
        async throws
    {
        let story = try await told()
        let (house, data) = (story.house, story.house.data)
        let key = house.folder.path("trust.jwk")
        try KeyFile.write(house.trust.key.privateJWK.text, to: key)
        let vkey = try await TestHouse.send(story.daemon, "/log/vkey").text.trimmingCharacters(in: .newlines)
        let server = ["--server", story.daemon.server, "--key", key, "--as", house.trust.id]
        for name in Self.names {
            let particular =
                name == "accounting"
                ? ["--subject", "-"]
                : name == "withdrawal-impact" ? ["--consent", story.consent.description] : []
            for (number, source) in [server, ["--data", data]].enumerated() {
                let told = try await Executable.sharectl.run(
                    ["report", name] + particular + source, input: TestHouse.person + "\n")
                #expect(told.code == 0 && told.output.split(separator: "\n").count > 1, "\(name): \(told.errors)")
                let folder = house.folder.path("\(name)-\(number)")
                let evidence = try await Executable.sharectl.run(
                    ["report", name, "--proof", folder] + particular + source, input: TestHouse.person + "\n")
                #expect(evidence.code == 0, "\(name): \(evidence.errors)")
                let check = try await Executable.sharectl.run(["log", "check-proof", folder, "--vkey", vkey])
                #expect(check.code == 0, "\(name): \(check.output)\(check.errors)")
            }
        }
        await story.daemon.stop()
        try await tampered(house.folder.path("disclosures-0"), vkey)
    }

    /// Each way of changing the evidence is noticed.
    private func tampered(_ folder: String, _ vkey: String) async throws {
        func check() async throws -> Executable.Result {
            try await Executable.sharectl.run(["log", "check-proof", folder, "--vkey", vkey])
        }
        func replace(_ path: String, _ change: (String) -> String) throws -> String {
            let old = try String(contentsOfFile: path, encoding: .utf8)
            try Data(change(old).utf8).write(to: URL(filePath: path))
            return old
        }
        #expect(try await check().code == 0)
        let files = try FileManager.default.contentsOfDirectory(atPath: folder + "/events").sorted()
        let proof = folder + "/events/" + (try #require(files.first { $0.hasSuffix(".proof") }))
        let body = folder + "/events/" + (try #require(files.first { $0.hasSuffix(".json") }))
        let report = folder + "/report.json"
        let changes: [(String, (String) -> String)] = [
            (proof, { $0.replacing("index ", with: "index 1") }),
            (body, { $0.replacing(#""salt":""#, with: #""salt":"A"#) }),
            (report, { $0.replacing(#""events":[""#, with: #""events":["\#(UniqueID.random())",""#) }),
        ]
        for (path, change) in changes {
            let old = try replace(path, change)
            let result = try await check()
            #expect(result.code == 1, "\(path): \(result.output)\(result.errors)")
            _ = try replace(path) { _ in old }
        }
        try FileManager.default.removeItem(atPath: proof)
        #expect(try await check().code == 1)
    }
}
