import EventStore
import Foundation
import SharingAPI
import SharingService
import Support
import Testing

/// The section `timestamps` of the daemon's configuration.
@Suite struct TimestampConfigurationTests {
    private func read(_ section: String) throws -> Stamping? {
        let folder = try TemporaryFolder()
        let path = folder.path("sharingd.yaml")
        try "{data: /a, timestamps: \(section)}".write(toFile: path, atomically: true, encoding: .utf8)
        return try DaemonConfiguration(file: path, data: nil, listen: nil).stamping
    }

    @Test func `a URL and a root are enough; the rest has defaults`() async throws {
        let authority = try await TestAuthority()
        let short = try #require(try read("{url: 'http://a.example/tsa', ca: '\(authority.root)'}"))
        #expect(short.url == "http://a.example/tsa")
        #expect(short.everySeconds == 600)
        #expect(short.policy == TimestampPolicy(isRequired: false, overdueAfterSeconds: 3_600))
        let long = try #require(
            try read(
                "{url: 'https://a.example', ca: '\(authority.root)', every: 1d, required: true, overdueAfter: 90m}"))
        #expect(long.everySeconds == 86_400)
        #expect(long.policy == TimestampPolicy(isRequired: true, overdueAfterSeconds: 5_400))
    }

    @Test(arguments: [
        ("true", "has the keys"), ("{url: 'http://a.example', ca: CA, colour: red}", "has the keys"),
        ("{ca: CA}", "timestamps.url"), ("{url: a.example, ca: CA}", "timestamps.url"),
        ("{url: 'http://a.example'}", "timestamps.ca"), ("{url: 'http://a.example', ca: /none}", "cannot use /none"),
        ("{url: 'http://a.example', ca: CA, every: 10}", "timestamps.every"),
        ("{url: 'http://a.example', ca: CA, every: 0m}", "timestamps.every"),
        ("{url: 'http://a.example', ca: CA, overdueAfter: soon}", "timestamps.overdueAfter"),
        ("{url: 'http://a.example', ca: CA, required: 'yes'}", "timestamps.required"),
    ])
    func `a mistake in it is named`(_ section: String, _ expected: String) async throws {
        let authority = try await TestAuthority()
        do {
            _ = try read(section.replacing("CA", with: "'\(authority.root)'"))
            Issue.record("it was taken")
        } catch let error as ConfigurationError {
            #expect(error.description.contains(expected), "\(error)")
        }
    }
}
