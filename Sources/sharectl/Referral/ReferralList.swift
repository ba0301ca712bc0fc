import ArgumentParser
import SharingClient
import SharingModel

struct ReferralList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "The board: referrals from and to your agency.",
        discussion: """
            EXAMPLE
              sharectl referral list --status received --format csv
              sharectl referral list --overdue
            """)

    @Option(
        help:
            "Only those in this state: submitted, received, triaged, info-requested, info-provided, accepted, declined, closed, withdrawn, conflict."
    )
    var status: ReferralState?
    @Option(help: "Only those from or to this agency.")
    var party: String?
    @Flag(help: "Only those with a clock that is past due.")
    var overdue = false
    @OptionGroup var page: PageOptions
    @OptionGroup(title: "Site") var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let party = try party.map { try AgencyID($0).text }
        try await connection.visit { session in
            let answer = try await session.client.get(
                "/v1/referrals",
                [
                    "status": status?.rawValue, "party": party, "overdue": overdue ? "true" : nil,
                    "from": page.fromText,
                    "limit": page.limitText,
                ])
            let columns = [
                ("referral", "id"), ("at", "index"), ("from", "from"), ("to", "to"), ("purpose", "purpose"),
                ("urgency", "urgency"), ("state", "state"), ("outcome", "outcome"), ("recorded", "recorded"),
            ]
            try output.show(
                TextTable(placed: answer.rows("referrals"), columns: columns), json: answer,
                none: "no referrals that you may see")
            page.tellNext(answer)
        }
    }
}

extension ReferralState: ExpressibleByArgument {}
