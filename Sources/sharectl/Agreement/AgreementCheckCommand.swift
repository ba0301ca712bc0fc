import ArgumentParser
import Encodings
import SharingClient
import SharingModel

struct AgreementCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Check an agreement, without a site.",
        discussion: """
            Explains every error with file, line, column and a hint: an unknown code, a missing condition, a basis not open to a public \
            authority, a flow that can never apply, flows that contradict each other, a missing impact assessment. The law comes from a \
            baseline: give --baseline FILE, or run it where there is config/baseline.yaml. What the parties are is registered with the \
            site and not known here, unless --kind says so: those named by ods:, gss: or urn: count as public authorities. Exit code 1 if \
            there are errors.

            EXAMPLE
              sharectl agreement check config/agreements/liverpool-mash.yaml \\
                  --baseline config/baseline.yaml
            """)

    @Argument(help: "The agreement, a YAML file.")
    var file: String
    @OptionGroup var law: LawOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let text = try InputFile.text(file)
        let baseline = try law.parsedBaseline()
        let problems = problems(in: text, baseline, try law.parties())
        let errors = problems.count { $0.severity == .error }
        show(problems)
        if output.format == .table {
            StandardError.line(
                "\(file): \(errors) errors, \(problems.count - errors) warnings (against \(baseline.id)/\(baseline.version))"
            )
        }
        if errors > 0 { throw Quiet(status: .no) }
    }

    private func problems(
        in text: String, _ baseline: Baseline, _ parties: [AgencyID: PartyFacts]
    ) -> [DocumentProblem] {
        do throws(DocumentError) {
            let document = try AgreementDocument(parsing: text, file: file)
            return AgreementCheck.problems(in: document, against: baseline, parties: parties)
        } catch {
            return error.problems
        }
    }

    private func show(_ problems: [DocumentProblem]) {
        guard output.format != .table else {
            for problem in problems { Output.line(problem.description) }
            return
        }
        let rows = problems.map { problem in
            JSON.object([
                "file": .string(problem.file), "line": .integer(Int64(problem.line)),
                "column": .integer(Int64(problem.column)), "severity": .string(problem.severity.rawValue),
                "pointer": .string(problem.pointer), "code": .string(problem.code), "message": .string(problem.message),
                "hint": problem.hint.map { .string($0) },
            ])
        }
        let names = ["file", "line", "column", "severity", "pointer", "code", "message", "hint"]
        output.show(TextTable(rows, columns: names.map { ($0, $0) }), json: .array(rows))
    }
}
