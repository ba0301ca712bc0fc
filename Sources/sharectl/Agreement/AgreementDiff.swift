import ArgumentParser
import Encodings
import SharingClient
import SharingModel
import SharingPolicy

struct AgreementDiff: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "Compare two agreements by what they come to, not by their text.",
        discussion: """
            Asks every question that the two agreements and the baseline can tell apart, of both: each holder, recipient, purpose, item, role, \
            age, state of consent and referral, act and period. Prints those that are answered differently, grouped, with the circumstances in \
            which they are. Wording, order, comments, names of flows and dates that change no answer are no difference. Exit code 1 if they \
            differ.

            EXAMPLE
              sharectl agreement diff liverpool-mash-3.yaml liverpool-mash-4.yaml
              sharectl agreement diff --format json old.yaml new.yaml
            """)

    @Argument(help: "The agreement as it is.")
    var before: String
    @Argument(help: "The agreement as it would be.")
    var after: String
    @OptionGroup var law: LawOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let difference = AgreementDifference(
            before: [try AgreementSources.agreement(in: before)], after: [try AgreementSources.agreement(in: after)],
            baseline: try law.parsedBaseline(), parties: try law.parties())
        switch output.format {
        case .json: Output.json(difference.json)
        case .csv: Output.raw(Self.table(difference).csv)
        case .table: show(difference)
        }
        if !difference.isEmpty { throw Quiet(status: .no) }
    }

    private func show(_ difference: AgreementDifference) {
        var heading = ""
        for change in difference.changes {
            let next = "\(change.from) to \(change.to), for \(change.purpose)"
            if next != heading { Output.line((heading.isEmpty ? "" : "\n") + next) }
            heading = next
            Output.line("  " + change.items.map(\.text).joined(separator: ", "))
            Output.line("    was:  \(change.before)\n    is:   \(change.after)")
            Output.line(
                "    when: " + (change.conditions.isEmpty ? "always" : change.conditions)
                    + " (\(change.circumstances) of \(change.of) circumstances)")
        }
        StandardError.line(
            "\(difference.changed) of \(difference.questions) questions are answered differently")
    }

    private static func table(_ difference: AgreementDifference) -> TextTable {
        var table = TextTable(["from", "to", "purpose", "items", "was", "is", "when", "circumstances", "of"])
        for change in difference.changes {
            table.add([
                change.from.text, change.to.text, change.purpose.text,
                change.items.map(\.text).joined(separator: ", "), change.before.description, change.after.description,
                change.conditions, String(change.circumstances), String(change.of),
            ])
        }
        return table
    }
}
