import ArgumentParser

struct ContextCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "context", abstract: "Name a set of server, key and agency.",
        discussion: """
            Contexts are kept in $XDG_CONFIG_HOME/sharectl/contexts.yaml, mode 0600. They hold the path of a key, never the key.

            EXAMPLE
              sharectl context set council --server http://127.0.0.1:8420 \\
                  --key council.jwk --as gss:E08000012
              sharectl context use council
            """,
        subcommands: [ContextSet.self, ContextList.self, ContextUse.self])
}
