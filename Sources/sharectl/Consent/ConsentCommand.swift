import ArgumentParser

struct ConsentCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "consent", abstract: "Record what a person agrees to, and what not.",
        discussion: """
            EXAMPLE
              sharectl consent give --subject - --kind confidentiality --method written \\
                  --purpose early-help --item identity --recipient gss:E08000012
              sharectl consent withdraw ID
            """,
        subcommands: [ConsentGive.self, ConsentWithdraw.self, ConsentRefuse.self, ConsentList.self])
}
