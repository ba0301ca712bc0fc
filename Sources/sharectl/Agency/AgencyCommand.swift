import ArgumentParser

struct AgencyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "agency", abstract: "Register agencies and their keys.",
        discussion: """
            Registering, ending and enrolling are for operators: act as site:ORIGIN with keys/operator.jwk.

            EXAMPLE
              sharectl agency register gss:E08000012 --name "Liverpool City Council" \\
                  --kind council --key-file council.pub.jwk
            """,
        subcommands: [AgencyRegister.self, AgencyList.self, AgencyEnd.self, AgencyEnrolKey.self, AgencyRevokeKey.self])
}
