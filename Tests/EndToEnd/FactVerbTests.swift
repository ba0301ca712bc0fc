import Encodings
import EventStore
import Foundation
import Support
import Testing

/// The verbs that record what is known about a person, through the daemon.
@Suite struct FactVerbTests {
    private struct Site {
        let house: TestHouse
        let daemon: Daemon
        let key: String

        init() async throws {
            house = try await TestHouse()
            daemon = try await Daemon.start(house.data)
            try await house.settle(daemon)
            key = house.folder.path("trust.jwk")
            try KeyFile.write(house.trust.key.privateJWK.text, to: key)
        }

        func sharectl(_ arguments: [String], input: String = TestHouse.person) async throws -> Executable.Result {
            try await Executable.sharectl.run(
                arguments + ["--server", daemon.server, "--key", key, "--as", house.trust.id], input: input)
        }
    }

    /// What records something, and what ends it.
    private static let verbs: [(begin: [String], end: [String]?)] = [
        (["subject", "deceased", "-", "--date", "2026-01-02", "--source", "registrar", "--verified"], nil),
        (["subject", "shield", "-", "--against", "gss:E08000012", "--reason", "a threat"], nil),
        (["subject", "unshield", "-", "--against", "gss:E08000012", "--reason", "over"], nil),
        (
            ["objection", "raise", "-", "--purpose", "early-help", "--item", "health", "--recipient", "*"],
            ["objection", "uphold"]
        ),
        (
            ["order", "record", "-", "--effect", "prohibits", "--item", "*", "--recipient", "police"],
            ["order", "discharge"]
        ),
        (
            [
                "capacity", "assess", "-", "--decision", "sharing", "--outcome", "has", "--basis", "gillick",
                "--assessor", "A. Nurse",
            ], nil
        ),
        (
            [
                "best-interests", "record", "-", "--purpose", "direct-care", "--item", "health", "--recipient", "nhs",
                "--decider", "A. Doctor", "--consulted", "a sister",
            ], nil
        ),
        (["representative", "record", "-", "--basis", "parental-responsibility"], ["representative", "end"]),
        (["status", "record", "-", "--status", "looked-after", "--from", "2026-01-31"], ["status", "end"]),
        (["involvement", "start", "-", "--service", "School nursing"], ["involvement", "end"]),
        (["lead", "assign", "-", "--professional", "jo", "--professional-role", "nurse"], ["lead", "end"]),
    ]

    @Test func `every verb records its fact, and what begins can be ended`() async throws {
        let site = try await Site()
        for verb in Self.verbs {
            let begun = try await site.sharectl(verb.begin + ["--format", "json"])
            #expect(begun.code == 0, "\(verb.begin): \(begun.errors)")
            guard let end = verb.end, let id = try JSON.parse(begun.output)["id"]?.string else { continue }
            let ended = try await site.sharectl(end + [id, "--reason", "it is over"])
            #expect(ended.code == 0, "\(end): \(ended.errors)")
        }
        let involved = try await site.sharectl(["subject", "involved", "-"])
        #expect(involved.code == 0)
        #expect(involved.output.hasSuffix("others may be involved; ask the site's operator\n"), "\(involved.output)")
        await site.daemon.stop()
    }

    private static let second = "nhs:9434765919"

    /// Two persons of whom the agency knows something, and the site's reference for each.
    private func twoKnown(_ site: Site) async throws -> [String] {
        var references: [String] = []
        for person in [TestHouse.person, Self.second] {
            let known = try await site.sharectl(
                ["status", "record", "-", "--status", "looked-after", "--from", "2026-01-31"], input: person)
            #expect(known.code == 0, "\(known.errors)")
            let found = try await site.sharectl(["subject", "lookup", "-", "--format", "json"], input: person)
            references.append(try #require(try JSON.parse(found.output)["subject"]?.string))
        }
        return references
    }

    private func events(about reference: String, _ site: Site) async throws -> [String] {
        let answer = try await TestHouse.send(
            site.daemon, "/v1/events?subject=\(reference)", headers: site.house.token(site.house.trust))
        return (answer.json["events"]?.array ?? []).compactMap { $0["entry"]?["type"]?.string }
    }

    @Test func `two references are merged, and the events of one are listed under the other`() async throws {
        let site = try await Site()
        let references = try await twoKnown(site)
        #expect(Set(references).count == 2)
        let pair = TestHouse.person + "\n" + Self.second + "\n"
        for reference in references {
            #expect(try await events(about: reference, site) == ["sharing.status.recorded.v1"])
        }
        let merged = try await site.sharectl(
            ["subject", "merge", "-", "--other", "-", "--evidence", "one birth certificate"], input: pair)
        #expect(merged.code == 0, "\(merged.errors)")
        let both = ["sharing.status.recorded.v1", "sharing.status.recorded.v1", "sharing.subject.merged.v1"]
        for reference in references { #expect(try await events(about: reference, site) == both) }
        let listed = try await site.sharectl(
            ["events", "list", "--subject", "-", "--format", "json"], input: Self.second)
        #expect(listed.code == 0 && listed.output.contains("sharing.subject.merged.v1"), "\(listed.errors)")
        #expect(!(merged.output + merged.errors).contains(TestHouse.person.dropFirst(4)))
        await site.daemon.stop()
    }

    @Test func `two who are severed are parted for good, named by identifier or by reference`() async throws {
        let site = try await Site()
        let references = try await twoKnown(site)
        let pair = TestHouse.person + "\n" + Self.second + "\n"
        _ = try await site.sharectl(
            ["subject", "merge", "-", "--other", "-", "--evidence", "one name"], input: pair)
        let severed = try await site.sharectl(
            ["subject", "sever", "-", "--other", references[1], "--evidence", "adoption order"])
        #expect(severed.code == 0, "\(severed.errors)")
        #expect(try await events(about: references[1], site) == ["sharing.status.recorded.v1"])
        let again = try await site.sharectl(
            ["subject", "merge", "-", "--other", "-", "--evidence", "one name"], input: pair)
        #expect(again.code == 1 || again.code == 4)
        #expect(again.errors.contains("never be known together again"), "\(again.errors)")
        let unknown = try await site.sharectl(
            ["subject", "merge", "-", "--other", "local:ods:RBS25:nobody", "--evidence", "x"])
        #expect(unknown.code != 0 && !unknown.errors.contains("nobody"), "\(unknown.errors)")
        let itself = try await site.sharectl(["subject", "sever", "-", "--other", TestHouse.person, "--evidence", "x"])
        #expect(itself.errors.contains("the same reference"), "\(itself.errors)")
        await site.daemon.stop()
    }

    @Test func `nothing to settle and nothing to review are said so, and an unknown way to settle is a usage error`()
        async throws
    {
        let site = try await Site()
        let queue = try await site.sharectl(["disclose", "queue"])
        #expect(queue.code == 0 && queue.errors.contains("nothing waits for you"))
        let reviews = try await site.sharectl(["review", "list", "--due"])
        #expect(reviews.code == 0 && reviews.errors.contains("nothing to review"))
        let resolve = try await site.sharectl([
            "disclose", "resolve", UniqueID.random().description, "--item", "identity=perhaps", "--reason", "x",
        ])
        #expect(resolve.code == 2)
        await site.daemon.stop()
    }

    @Test func `reading content over HTTP is in the log before the answer is there`() async throws {
        let site = try await Site()
        let (house, daemon) = (site.house, site.daemon)
        let referral = UniqueID.random()
        let posted = try await TestHouse.post(
            daemon,
            try house.compose(
                "referral.submitted", house.trust.id, house.trust.key, TestHouse.person,
                .object([
                    "from": .string(house.trust.id), "to": .string(house.council.id), "urgency": "urgent",
                    "purpose": "safeguarding-children", "actor": .object(["id": "n-1", "role": "nurse"]),
                ]), id: referral, content: [("referral.summary", "bruises")]))
        #expect(posted.status == 201)
        func opened() async throws -> Int {
            try await TestHouse.send(
                daemon, "/v1/events?type=sharing.content.opened.v1", headers: house.token(house.trust)
            ).json["events"]?.array?.count ?? -1
        }
        #expect(try await opened() == 0)
        let read = try await TestHouse.send(
            daemon, "/v1/disclosures/\(referral)/content", headers: house.token(house.council))
        #expect(read.status == 200)
        #expect(try await opened() == 1)
        _ = try await TestHouse.send(daemon, "/v1/events/\(referral)", headers: house.token(house.council))
        #expect(try await opened() == 1)
        _ = try await TestHouse.send(daemon, "/v1/disclosures/\(referral)/content", headers: house.token(house.trust))
        #expect(try await opened() == 1)
        await daemon.stop()
    }
}
