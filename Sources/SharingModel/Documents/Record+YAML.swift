import Encodings

extension Record {
    /// Reads a record from a YAML document, with all that is wrong in it told by line and column.
    static func parse(_ yaml: String, _ file: String) throws(DocumentError) -> (record: Self, places: DocumentPlaces) {
        let document = try YAMLDocument(parsing: yaml, file: file)
        let report = ReadingReport()
        Schema.object(described().shape).check(document.json, report)
        let record = report.isClean ? read(document.json, report) : nil
        guard report.isClean, let record else {
            let problems = report.findings.map { finding in
                document.places.problem(
                    at: finding.pointer, code: finding.code, message: Self.message(for: finding), hint: finding.hint)
            }
            // As they stand in the file.
            throw DocumentError(problems: problems.sorted { ($0.line, $0.column) < ($1.line, $1.column) })
        }
        return (record, document.places)
    }

    /// In a document the key or the place by itself says much, so it is named.
    private static func message(for finding: ReadingReport.Finding) -> String {
        let name = finding.pointer.split(separator: "/").last.map(String.init) ?? ""
        return finding.code == "unknown-member"
            ? "`\(name)` is not a key that is known here" : "\(finding.pointer): \(finding.detail)"
    }
}

/// An agreement with the places of its parts, so that whoever checks it can point at them.
package struct AgreementDocument: Sendable, Hashable {
    package let agreement: Agreement
    package let places: DocumentPlaces

    /// - Parameters:
    ///   - yaml: the document's text.
    ///   - file: its name, for problems.
    /// - Throws: `DocumentError` with everything that is wrong.
    package init(parsing yaml: String, file: String) throws(DocumentError) {
        (agreement, places) = try Agreement.parse(yaml, file)
    }
}

extension Agreement {
    /// - Throws: `DocumentError` with everything that is wrong.
    package static func parse(yaml: String, file: String) throws(DocumentError) -> Agreement {
        try AgreementDocument(parsing: yaml, file: file).agreement
    }
}

extension Baseline {
    /// - Throws: `DocumentError` with everything that is wrong.
    package static func parse(yaml: String, file: String) throws(DocumentError) -> Baseline {
        try parse(yaml, file).record
    }
}
