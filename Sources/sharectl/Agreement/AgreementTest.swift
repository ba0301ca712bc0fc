import ArgumentParser
import Encodings
import Foundation
import SharingClient
import SharingModel
import SharingPolicy

struct AgreementTest: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Decide cases written in YAML, and compare with what they expect.",
        discussion: """
            A case says what is given (agreements, baseline, moment, what is known of the person), what is asked or offered, and what answer is \
            expected. It is decided by the rules that the daemon applies, without a site. Of a folder, every file of cases in it, but not \
            those of folders inside it. Exit code 1 if an answer is another than the one expected; a file that cannot be read as cases is \
            explained with line and hint. The format: docs/POLICY.md, section 8.

            EXAMPLE
              sharectl agreement test config/cases
              sharectl agreement test config/cases/consent.yaml --draft liverpool-mash-4.yaml
            """)

    @Argument(help: "Files of cases, or folders of such.")
    var paths: [String]
    @Option(
        help: ArgumentHelp(
            "Hold the cases against this agreement, in place of the one of the same name.", valueName: "FILE"))
    var draft: [String] = []
    @OptionGroup var output: OutputOptions

    func run() throws {
        var library = CaseLibrary(drafts: try draft.map(AgreementSources.agreement)) { path, file in
            try InputFile.text(
                URL(fileURLWithPath: path, relativeTo: URL(fileURLWithPath: file).deletingLastPathComponent()).path)
        }
        let documents = try files().map { try CaseDocument(parsing: try InputFile.text($0), file: $0) }
        let results = documents.flatMap { $0.run(&library) }
        let failed = results.filter { !$0.isAsExpected }
        if output.format == .table {
            for result in failed { Output.line(Self.words(result)) }
            StandardError.line("\(results.count) cases, \(failed.count) not as expected")
        } else {
            let rows = results.map(Self.json)
            let columns = ["file", "line", "name", "rule", "passed", "mismatches"].map { ($0, $0) }
            output.show(TextTable(rows, columns: columns), json: .array(rows))
        }
        if !failed.isEmpty { throw Quiet(status: .no) }
    }

    private func files() throws -> [String] {
        var files: [String] = []
        for path in paths {
            guard FileManager.default.fileExists(atPath: path) else { throw Failure.usage("there is no \(path)") }
            guard FileManager.default.isFolder(path) else {
                files.append(path)
                continue
            }
            let names = try FileManager.default.contentsOfDirectory(atPath: path).filter { $0.hasSuffix(".yaml") }
            guard !names.isEmpty else { throw Failure.usage("there are no .yaml files in \(path)") }
            files += names.sorted().map { (path.hasSuffix("/") ? path : path + "/") + $0 }
        }
        return files
    }

    private static func words(_ result: CaseResult) -> String {
        let policyCase = result.policyCase
        let heading = "\(policyCase.file):\(policyCase.line): \(policyCase.name)\n  rule: \(policyCase.rule)"
        let lines = result.mismatches.map { "  \($0.what)\n    expected: \($0.expected)\n    found:    \($0.found)" }
        return ([heading] + lines + (result.problem.map { ["  \($0)"] } ?? [])).joined(separator: "\n")
    }

    private static func json(_ result: CaseResult) -> JSON {
        let mismatches = result.mismatches.map { mismatch in
            JSON.object([
                "what": .string(mismatch.what), "expected": .string(mismatch.expected),
                "found": .string(mismatch.found),
            ])
        }
        return .object([
            "file": .string(result.policyCase.file), "line": .integer(Int64(result.policyCase.line)),
            "name": .string(result.policyCase.name), "rule": .string(result.policyCase.rule),
            "passed": .bool(result.isAsExpected), "mismatches": .array(mismatches),
            "problem": result.problem.map { .string($0.description) },
        ])
    }
}
