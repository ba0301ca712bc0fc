import ArgumentParser
import Encodings
import SharingClient

struct ReferralShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a referral and every step it took.",
        discussion: """
            The content that reached you is read with `sharectl disclose content ID`.

            EXAMPLE
              sharectl referral show ID
            """)

    @Argument(help: "Id of the referral.")
    var referral: String
    @OptionGroup(title: "Site") var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let referral = try UniqueID(argument: referral)
        try await connection.visit { session in
            let answer = try await session.client.get("/v1/referrals/\(referral)")
            output.show(answer, words: words(answer))
        }
    }

    private func words(_ answer: JSON) -> String {
        let flags = [
            ("acknowledged", "acknowledged"), ("escalated", "escalated"), ("withdrawalNoted", "withdrawal noted"),
        ]
        .filter { answer[$0.0] == true }.map(\.1)
        let head = [
            "referral \(answer.cell("id")), recorded \(answer.cell("recorded")) at \(answer.cell("index"))"
                + (answer["log"] == nil ? "" : " of \(answer.cell("log"))"),
            "from \(answer.cell("from")) to \(answer.cell("to")), \(answer.cell("urgency")), for \(answer.cell("purpose"))",
            "state: \(answer.cell("state"))" + (flags.isEmpty ? "" : " (\(flags.joined(separator: ", ")))")
                + ", decided: \(answer.cell("outcome"))",
        ].map { TextTable.printable($0) }.joined(separator: "\n")
        let columns = [
            ("at", "index"), ("step", "verb"), ("by", "author"), ("role", "role"), ("recorded", "recorded"),
            ("then", "state"),
        ]
        let steps = TextTable(placed: answer["steps"]?.array ?? [], columns: columns)
        return steps.rows.isEmpty
            ? head : head + "\n\n" + steps.aligned(width: Terminal.standardOutput.width).dropLast()
    }
}
