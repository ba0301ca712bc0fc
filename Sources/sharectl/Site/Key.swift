import ArgumentParser

struct Key: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make keys, and change the one that signs checkpoints.",
        discussion: """
            EXAMPLE
              sharectl key generate --out council.jwk
            """,
        subcommands: [KeyGenerate.self, KeyRotateCheckpoint.self])
}
