import ArgumentParser

struct Disclose: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Ask for information, pass it on, and see why or why not.",
        discussion: """
            An asker requests; the site decides at once; the holder delivers; the recipient confirms. Every step is recorded.

            EXAMPLE
              sharectl disclose request --subject - --from ods:RBS25 \\
                  --purpose safeguarding-children --item identity,health.summary \\
                  --reason "section 47 enquiry" --actor jo.bloggs --role social-worker
              sharectl disclose explain ID
            """,
        subcommands: [
            DiscloseRequest.self, DiscloseDeliver.self, DiscloseReceipt.self, DiscloseList.self, DiscloseExplain.self,
            DiscloseContent.self, DiscloseQueue.self, DiscloseResolve.self,
        ])
}
