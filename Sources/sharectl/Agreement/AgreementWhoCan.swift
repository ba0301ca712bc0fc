import ArgumentParser
import SharingClient
import SharingModel
import SharingPolicy

struct AgreementWhoCan: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "who-can",
        abstract: "Show everyone who could ever see an item, through which flow and in which way.",
        discussion: """
            Looks at every circumstance that the agreements and the law can tell apart: role, age, consent, referral, what is on record of the \
            person, what the holder records, the day. `way` says how it comes to pass: as agreed, in somebody's best interests, behind broken \
            glass, or settled by the holder's people. What is shared first under the baseline, and what a holder may give for once, whatever is \
            agreed, is shown too. Exit code 1 if nobody could.

            EXAMPLE
              sharectl agreement who-can --item health.mental config/agreements/*.yaml
              sharectl agreement who-can --item police --data ./site
              sharectl agreement who-can --item identity --server https://sharing.example
            """)

    @Option(help: "An item code, such as health.mental; a parent means any part of it.")
    var item: String
    @OptionGroup var sources: AgreementSources
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let code = try ItemCode(argument: item, "an item code")
        let found = try await sources.found()
        guard found.baseline.items[code] != nil else {
            throw Failure.usage("`\(code)` is no item of the baseline \(found.baseline.id)/\(found.baseline.version)")
        }
        let rows = found.space.whoCan(see: code)
        rows.show(as: output.format, none: "nobody could see it under these agreements", notes: found.notes)
        if rows.isEmpty { throw Quiet(status: .no) }
    }
}
