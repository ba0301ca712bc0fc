import ArgumentParser
import Encodings
import EventStore
import SharingClient
import SharingModel

struct AgencyRevokeKey: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke-key", abstract: "Revoke a key.",
        discussion: """
            For operators, and for the agency whose key it is. Nothing is accepted under it from now on; consents, signatures and \
            enrolments recorded under it at or after --since permit nothing any more.

            EXAMPLE
              sharectl agency revoke-key NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs \\
                  --reason "laptop lost" --since 2026-11-20T08:00:00Z
            """)

    @Argument(
        help: "Its thumbprint, as `agency list --format json` shows it; put `--` before one that begins with a hyphen.")
    var kid: String
    @Option(help: "Why.")
    var reason: String
    @Option(help: "Since when it is not to be trusted, an RFC 3339 time in UTC; now if left out.")
    var since: String?
    @OptionGroup(title: "Site") var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        guard let kid = Thumbprint(kid) else { throw Failure.usage("a thumbprint has 43 characters of base64url") }
        guard let since = since.map({ Instant($0) }) ?? .some(.now) else {
            throw Failure.usage("`--since` expects a time in UTC, such as 2026-11-20T08:00:00Z")
        }
        try await connection.visit { session in
            let receipt = try await session.post(
                EventDraft(
                    .keyRevoked,
                    data: [
                        "kid": .string(kid.description), "since": .string(since.description), "reason": .string(reason),
                    ]))
            try output.show(receipt, "revocation")
        }
    }
}
