import Foundation
import SharingClient
import Support
import Testing

@Suite struct ContextsTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func whatIsSavedIsReadAgainAndNobodyElseMayReadIt() throws {
        let path = folder.path("sharectl/contexts.yaml")
        var contexts = Contexts()
        contexts.named["council: one"] = .init(
            server: "http://127.0.0.1:8420", key: "/keys/council.jwk", agency: "gss:E08000012", vkey: "a+0badc0de+AQ==",
            actor: "jo", role: "social-worker")
        contexts.current = "council: one"
        try contexts.save(to: path)
        contexts.named["other"] = .init(agency: "ods:RBS25")
        try contexts.save(to: path)
        #expect(try Contexts.load(from: path) == contexts)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test func noFileMeansNoContexts() throws {
        #expect(try Contexts.load(from: folder.path("none.yaml")) == Contexts())
    }

    @Test func aFileThatOthersMayReadIsRefused() throws {
        let path = folder.path("contexts.yaml")
        try Contexts(named: ["a": .init()]).save(to: path)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
        #expect(throws: ContextError.self) { try Contexts.load(from: path) }
    }

    @Test func aFileOfSomethingElseIsRefusedByName() throws {
        let path = folder.path("contexts.yaml")
        try Data("contexts: [1, 2]\n".utf8).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        #expect(throws: ContextError.malformed(path: path)) { try Contexts.load(from: path) }
    }

    @Test func whatIsGivenStandsBeforeWhatIsKept() {
        let kept = Contexts.Context(server: "s", key: "k", agency: "a")
        let both = kept.overlaid(by: .init(key: "other", role: "nurse"))
        #expect(both == .init(server: "s", key: "other", agency: "a", role: "nurse"))
    }

    @Test(arguments: [
        (["HOME": "/home/jo"], "/home/jo/.config/sharectl/contexts.yaml"),
        (["HOME": "/home/jo", "XDG_CONFIG_HOME": "/etc/jo"], "/etc/jo/sharectl/contexts.yaml"),
        (["HOME": "/home/jo", "XDG_CONFIG_HOME": ""], "/home/jo/.config/sharectl/contexts.yaml"),
    ])
    func theyAreKeptInTheUsersConfigurationFolder(_ environment: [String: String], _ path: String) {
        #expect(Contexts.path(environment: environment) == path)
    }
}
