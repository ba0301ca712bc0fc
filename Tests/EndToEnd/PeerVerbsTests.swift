import Encodings
import EventStore
import Foundation
import Support
import Testing

/// Peers as their operators have to do with them.
@Suite struct PeerVerbsTests {
    private let trust: PeeredSite
    private let council: PeeredSite
    private let folder: TemporaryFolder

    init() async throws {
        trust = try await PeeredSite("sharing.test/trust", agency: "ods:RBS25")
        council = try await PeeredSite("sharing.test/council", agency: "gss:E08000012")
        folder = try TemporaryFolder()
    }

    /// Runs a verb of `sharectl peer` as the operator of a site.
    private func peer(_ site: PeeredSite, _ arguments: String...) async throws -> Executable.Result {
        try await Executable.sharectl.run(
            ["peer"] + arguments
                + ["--server", site.url, "--key", site.data + "/keys/operator.jwk", "--as", site.author])
    }

    private func json(_ site: PeeredSite, _ verb: String, _ more: String...) async throws -> JSON {
        let result = try await Executable.sharectl.run(
            ["peer", verb] + more + [
                "--format", "json", "--server", site.url, "--key", site.data + "/keys/operator.jwk", "--as",
                site.author,
            ])
        guard result.code == 0 else { throw DaemonError(log: result.errors) }
        return try JSON.parse(result.output)
    }

    /// Writes a site's card, and gives its fingerprint.
    private func card(of site: PeeredSite, url: String? = nil) async throws -> (path: String, fingerprint: String) {
        let path = folder.path(UUID().uuidString)
        let result = try await peer(site, "card", "--url", url ?? site.url, "--out", path)
        #expect(result.code == 0, "\(result.errors)")
        let fingerprint = try #require(result.output.firstMatch(of: #/fingerprint  ([0-9 ]{35})/#)?.1)
        return (path, String(fingerprint))
    }

    private func join(trustURL: String? = nil, councilURL: String? = nil) async throws {
        for (site, other, url) in [(trust, council, councilURL), (council, trust, trustURL)] {
            let card = try await card(of: other, url: url)
            let added = try await peer(site, "add", "--from", card.path, "--fingerprint", card.fingerprint)
            #expect(added.code == 0, "\(added.errors)")
        }
    }

    @Test func `two operators compare fingerprints, and their sites follow each other`() async throws {
        let daemons = (try await trust.start(), try await council.start())
        let card = try await card(of: council)
        let offline = try await Executable.sharectl.run([
            "peer", "card", "--data", council.data, "--url", council.url, "--format", "json",
        ])
        #expect(try JSON.parse(offline.output) == JSON.parse(String(contentsOfFile: card.path, encoding: .utf8)))
        let other = try await self.card(of: trust)
        let refused = try await peer(trust, "add", "--from", card.path, "--fingerprint", other.fingerprint)
        #expect(refused.code == 4)
        #expect(refused.errors.contains("fingerprint"))
        #expect(try await json(trust, "list")["peers"] == [])
        try await join()
        #expect(try await council.hasCaughtUp(with: trust.origin, to: 2))
        let list = try await peer(council, "list")
        #expect(list.output.contains("caught-up") && list.output.contains(trust.origin))
        #expect(try await peer(council, "list", "--format", "csv").output.hasPrefix("peer,state,"))
        let shown = try await peer(council, "show", trust.origin)
        #expect(shown.code == 0 && shown.output.contains("verified"))
        let pinned = try #require(try await json(council, "pin", trust.origin)["peers"]?.array?.first)
        #expect(pinned["fingerprint"]?.string == other.fingerprint)
        #expect(pinned["siteKey"]?.string == (try trust.siteKey().thumbprint.description))
        let again = try await peer(council, "add", "--from", other.path)
        #expect(again.code == 4)
        #expect(again.errors.contains("peer-added"))
        #expect(try await peer(council, "resume", trust.origin, "--reason", "x").code == 4)
        #expect(try await peer(council, "remove", trust.origin, "--reason", "closed").code == 0)
        #expect(try await json(council, "show", trust.origin)["state"] == "removed")
        for verb in ["show", "pin"] { #expect(try await peer(council, verb, "elsewhere.example").code == 1) }
        #expect(await daemons.0.stop() == 0)
        #expect(await daemons.1.stop() == 0)
    }

    @Test func `a peer is added from its parts too, and what is missing or wrong is said`() async throws {
        let daemon = try await trust.start()
        let card = try council.card()
        let file = folder.path("site.jwk")
        try (card["siteKey"]?.text ?? "").write(toFile: file, atomically: true, encoding: .utf8)
        let parts = [
            "--vkey", card["vkey"]?.string ?? "", "--site-key", file, "--hpke", card["hpke"]?.text ?? "",
        ]
        func add(_ arguments: [String]) async throws -> Executable.Result {
            try await Executable.sharectl.run(
                ["peer", "add", council.origin] + arguments
                    + ["--server", trust.url, "--key", trust.data + "/keys/operator.jwk", "--as", trust.author])
        }
        for wrong in [
            parts, Array(parts.dropLast(2)) + ["--url", "file:"], parts + ["--url", "ftp://x.example"],
            parts + ["--url", "http://sharing.council.example"], parts + ["--url", "https://me:secret@x.example"],
            parts + ["--url", "https://x.example/?a=b"], parts + ["--url", "file:", "--fingerprint", "12345"],
            parts + ["--url", "file:", "--from", file], ["--from", file],
        ] {
            let result = try await add(wrong)
            #expect(result.code == 2, "\(wrong): \(result.errors)")
        }
        let added = try await add(parts + ["--url", "file:"])
        #expect(added.code == 0, "\(added.errors)")
        #expect(added.errors.contains("compare its fingerprint"))
        #expect(try await json(trust, "show", council.origin)["url"] == "file:")
        for address in ["somewhere", "http://sharing.trust.example", "ftp://x.example"] {
            let path = folder.path("unusable.card.json")
            let result = try await peer(trust, "card", "--url", address, "--out", path)
            #expect(result.code == 2 && result.errors.contains("address"), "\(address): \(result.errors)")
            #expect(!FileManager.default.fileExists(atPath: path))
        }
        #expect(await daemon.stop() == 0)
    }

    @Test func `an agency is registered at home with a peer, or before it is one where that is said`() async throws {
        let daemons = (try await trust.start(), try await council.start())
        func register(_ number: Int, _ more: String...) async throws -> Executable.Result {
            try await Executable.sharectl.run(
                ["agency", "register", "urn:10000\(number)", "--name", "A school", "--kind", "education"] + more
                    + ["--server", trust.url, "--key", trust.data + "/keys/operator.jwk", "--as", trust.author])
        }
        let early = try await register(1, "--site", council.origin)
        #expect(early.code == 2 && early.errors.contains("--before-peer"), "\(early.errors)")
        #expect(try await register(1, "--site", council.origin, "--before-peer").code == 0)
        try await join()
        #expect(try await register(2, "--site", council.origin).code == 0)
        #expect(try await register(3, "--site", council.origin + "x").code == 2)
        #expect(try await register(3, "--site", trust.origin).code == 0, "this very site")
        let listed = try await Executable.sharectl.run([
            "agency", "list", "--format", "csv", "--server", trust.url, "--key", trust.data + "/keys/operator.jwk",
            "--as", trust.author,
        ])
        #expect(
            listed.output.contains("urn:100002,A school,education,0,,enrolled,\(council.origin)"), "\(listed.output)")
        #expect(await daemons.0.stop() == 0)
        #expect(await daemons.1.stop() == 0)
    }

    @Test func `a shipment travels as a file, in pieces that are taken once`() async throws {
        let daemons = (try await trust.start(), try await council.start())
        try await join(trustURL: "file:", councilURL: "file:")
        try await trust.register(trust.agency)
        try await trust.register(council.agency, at: council.origin)
        let body = Array(try trust.enrolments(50).joined(separator: [0x0A]))
        #expect(try await trust.post(body, as: "application/x-ndjson").status == 200)
        let size = try await trust.size()
        let (request, shipment) = (folder.path("request.json"), folder.path("shipment"))
        let asked = try await peer(council, "request", trust.origin)
        #expect(asked.code == 0, "\(asked.errors)")
        try asked.output.write(toFile: request, atomically: true, encoding: .utf8)
        let notAsked = try await peer(
            trust, "export", shipment, "--to", council.origin, "--request", try await card(of: council).path)
        #expect(notAsked.code == 4 && notAsked.errors.contains("the question is not valid"), "\(notAsked.errors)")
        let exported = try await peer(trust, "export", shipment, "--to", council.origin, "--request", request)
        #expect(exported.code == 0, "\(exported.errors)")
        #expect(try await peer(trust, "export", shipment, "--to", council.origin).code == 2, "nothing is written over")
        let bytes = try Data(contentsOf: URL(filePath: shipment))
        let cut = folder.path("cut")
        try bytes.dropLast(7).write(to: URL(filePath: cut))
        let broken = try await peer(council, "import", cut)
        #expect(broken.code == 1)
        #expect(broken.errors.contains("breaks off"))
        let imported = try await json(council, "import", shipment)
        #expect(imported["complete"] == true)
        #expect(imported["cursor"]?.string == "\(size)")
        #expect(try await json(council, "show", trust.origin)["state"] == "caught-up")
        let again = try await peer(council, "import", shipment)
        #expect(again.code == 0)
        #expect(again.output.contains("nothing new"))
        // From the beginning, and there is nothing new: passed over as well.
        let whole = folder.path("whole")
        #expect(try await peer(trust, "export", whole, "--to", council.origin).code == 0)
        #expect(try await json(council, "import", whole)["passedOver"]?.integer ?? 0 > 0)
        try Data("not a shipment, and long enough to be looked at".utf8).write(to: URL(filePath: cut))
        #expect(try await peer(council, "import", cut).code == 1)
        #expect(try await peer(trust, "import", shipment).code == 1, "the site is no peer of its own")
        let isFolder = try await peer(council, "import", trust.data)
        #expect(isFolder.code == 2 && isFolder.errors.contains("cannot read"), "\(isFolder.errors)")
        #expect(await daemons.0.stop() == 0)
        #expect(await daemons.1.stop() == 0)
    }

    @Test func `what is sealed to a replaced key still opens, and the new one is learnt from the log`() async throws {
        var receiver = try await council.start()
        let sender = try await trust.start()
        try await join(trustURL: "file:", councilURL: "file:")
        let early = folder.path("early")
        #expect(try await peer(trust, "export", early, "--to", council.origin).code == 0)
        #expect(await receiver.stop() == 0)
        let rotated = try await Executable.sharectl.run([
            "key", "rotate-hpke", "--data", council.data, "--format", "json",
        ])
        #expect(rotated.code == 0, "\(rotated.errors)")
        let thumbprint = try #require(try JSON.parse(rotated.output)["thumbprint"]?.string)
        receiver = try await council.start()
        #expect(try await json(council, "import", early)["complete"] == true)
        // The trust learns of the new key from the council's log, and seals to it from then on.
        let news = folder.path("news")
        #expect(try await peer(council, "export", news, "--to", trust.origin).code == 0)
        #expect(try await json(trust, "import", news)["complete"] == true)
        #expect(try await json(trust, "pin")["peers"]?.array?.first?["announced"] == [.string(thumbprint)])
        try await trust.register(trust.agency)
        #expect(await receiver.stop() == 0)
        let destroyed = try await Executable.sharectl.run([
            "key", "rotate-hpke", "--data", council.data, "--destroy-old",
        ])
        #expect(destroyed.code == 0 && destroyed.output.contains("1 replaced receiving key destroyed"))
        receiver = try await council.start()
        let (late, request) = (folder.path("late"), folder.path("request"))
        // From the beginning is not from where the council is: it says how to go on.
        #expect(try await peer(trust, "export", late, "--to", council.origin).code == 0)
        let refused = try await peer(council, "import", late)
        #expect(refused.code == 4)
        #expect(refused.errors.contains("peer request"))
        try FileManager.default.removeItem(atPath: late)
        try await peer(council, "request", trust.origin).output.write(
            toFile: request, atomically: true, encoding: .utf8)
        let exported = try await peer(trust, "export", late, "--to", council.origin, "--request", request)
        #expect(exported.code == 0, "\(exported.errors)")
        let imported = try await json(council, "import", late)
        #expect(imported["complete"] == true && imported["events"]?.integer ?? 0 > 0)
        #expect(await receiver.stop() == 0)
        #expect(await sender.stop() == 0)
    }
}
