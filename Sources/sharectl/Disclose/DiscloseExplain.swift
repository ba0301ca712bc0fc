import ArgumentParser
import Encodings
import SharingClient
import SharingModel
import SharingPolicy
import SharingService

struct DiscloseExplain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Say in words why something was shared, or not.",
        discussion: """
            Per item: permitted through which flow, or withheld and why; the nearest permit, and what would make the difference. You see \
            what your agency may see of the reasons.

            With --data DIR, where the site's keys are, the decision is taken again from the log and must be the same as the one that was \
            signed: exit 1 if it is not. Then you see the whole path, the holder's reasons among them: which step answered each item, \
            which flows were tried and how far each got, what was lifted, what would have made the difference, and the events it rests \
            on. Where a person's key was destroyed it says `erased`.

            EXAMPLE
              sharectl disclose explain ID
              sharectl disclose explain ID --data ./site
            """)

    @Argument(help: "Id of the request, referral, delivery or decision.")
    var disclosure: String
    @Option(help: ArgumentHelp("A site's data folder, to take the decision again from the log.", valueName: "DIR"))
    var data: String?
    @OptionGroup(title: "Site") var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let id = try UniqueID(argument: disclosure)
        if let data { return try explainAgain(id, LogFolder(data, vkey: nil)) }
        try await connection.visit { session in
            let answer = try await session.client.get("/v1/disclosures/\(id)")
            guard let json = answer["decision"], json != .null else {
                return output.show(answer, words: "\(Self.heading(answer))\nthere is no decision on it")
            }
            let decision = try Decision(json: json)
            output.show(answer, words: Self.words(answer, decision))
        }
    }

    private func explainAgain(_ id: UniqueID, _ folder: LogFolder) throws {
        let bar = ProgressBar("replaying")
        let taken = try Failure.no { () throws -> Result<Retaken, ExplanationError> in
            do {
                let log = try folder.log()
                return .success(
                    try Retaken.of(id, in: log, replicas: folder.replicas(beside: log)) { bar.update($0, of: $1) })
            } catch ExplanationError.erased(let index) {
                return .failure(.erased(index: index))
            }
        }
        bar.finish()
        let retaken: Retaken
        switch taken {
        case .success(let again): retaken = again
        // Nothing is known to differ: the site could not look.
        case .failure(let erased):
            return output.show(.object(["same": .null, "erased": true]), words: erased.description)
        }
        output.show(retaken.json, words: Self.words(retaken))
        guard retaken.isSame else {
            throw Failure(.no, "the decision that was signed is not the one that the log gives")
        }
    }

    private static func words(_ retaken: Retaken) -> String {
        var words = DecisionWords(retaken.recorded).text
        words += "decided at \(retaken.recorded.at) on \(retaken.recorded.clock)\n\n"
        let path = retaken.explanation.lines { retaken.words(for: $0.id) }
        words += path.map { TextTable.printable($0) + "\n" }.joined() + "\n"
        if !retaken.recorded.facts.isEmpty {
            words += "it rests on:\n"
            words += retaken.recorded.facts.map { "  \(retaken.words(for: $0))\n" }.joined()
        }
        return words
            + (retaken.isSame
                ? "the log gives the same decision today"
                : "THE LOG GIVES ANOTHER DECISION TODAY:\n" + DecisionWords(retaken.evaluated).text)
    }

    private static func words(_ answer: JSON, _ decision: Decision) -> String {
        var text = heading(answer) + "\n" + DecisionWords(decision).text
        text += "decided at \(decision.at) on \(decision.clock), under policy \(decision.policy)"
        let events = answer["events"]?.array ?? []
        if !events.isEmpty { text += "\nit rests on:" }
        for event in events {
            text += "\n  event \(event.cell("id")) (\(event.cell("type")), recorded \(event.cell("recorded")))"
        }
        for delivery in answer["deliveries"]?.array ?? [] { text += "\ndelivered: event \(delivery.cell)" }
        return text
    }

    private static func heading(_ answer: JSON) -> String {
        TextTable.printable(
            "\(answer.cell("kind")) \(answer.cell("id")), from \(answer.cell("from")) to \(answer.cell("to")), for "
                + "\(answer.cell("purpose")), recorded \(answer.cell("recorded")) at \(answer.cell("index"))")
    }
}
