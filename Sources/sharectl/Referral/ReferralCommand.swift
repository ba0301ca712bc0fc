import ArgumentParser

struct ReferralCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "referral", abstract: "Refer a person to another agency, and follow it.",
        discussion: """
            A referral is a disclosure, so it is decided when it is submitted: what is permitted goes to the recipient at once.

            EXAMPLE
              sharectl referral submit --subject - --to gss:E08000012 \\
                  --purpose safeguarding-children --urgency urgent \\
                  --item referral.summary=@summary.txt --actor n.okafor --role nurse
              sharectl referral accept ID --actor jo.bloggs --role social-worker
            """,
        subcommands: [
            ReferralSubmit.self, ReferralReceive.self, ReferralAcknowledge.self, ReferralRequestInfo.self,
            ReferralProvideInfo.self, ReferralTriage.self, ReferralAccept.self, ReferralDecline.self,
            ReferralRedirect.self, ReferralEscalate.self, ReferralClose.self, ReferralReopen.self,
            ReferralWithdraw.self, ReferralList.self, ReferralShow.self, ReferralWorkCommand.self,
        ])
}
