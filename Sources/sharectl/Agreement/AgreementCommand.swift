import ArgumentParser

struct AgreementCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "agreement", abstract: "Check, test, compare, propose and sign data sharing agreements.",
        discussion: """
            An agreement is a YAML file. It is in force once every party has signed it, within its dates.

            EXAMPLE
              sharectl agreement check liverpool-mash.yaml \\
                  --baseline config/baseline.yaml
              sharectl agreement propose liverpool-mash.yaml
              sharectl agreement sign liverpool-mash --name "A. Guardian" \\
                  --office "Caldicott Guardian"
              sharectl agreement who-can --item health.mental config/agreements/*.yaml
              sharectl agreement test config/cases
            """,
        subcommands: [
            AgreementCheckCommand.self, AgreementMatrix.self, AgreementWhoCan.self, AgreementDiff.self,
            AgreementTest.self, AgreementSimulate.self,
            AgreementPropose.self, AgreementSign.self, AgreementSuspend.self,
            AgreementResume.self, AgreementTerminate.self, AgreementList.self, AgreementShow.self,
        ])
}
