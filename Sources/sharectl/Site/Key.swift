import ArgumentParser

struct Key: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make keys, and change those of a site.",
        discussion: """
            EXAMPLE
              sharectl key generate --out council.jwk
            """,
        subcommands: [KeyGenerate.self, KeyRotateCheckpoint.self, KeyRotateHPKE.self])
}
