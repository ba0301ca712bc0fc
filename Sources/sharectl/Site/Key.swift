import ArgumentParser

struct Key: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Make keys.",
        discussion: """
            EXAMPLE
              sharectl key generate --out council.jwk
            """,
        subcommands: [KeyGenerate.self])
}
