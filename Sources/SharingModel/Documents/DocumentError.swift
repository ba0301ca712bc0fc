/// Everything wrong with an agreement or baseline file, each with its place.
package struct DocumentError: Error, Sendable, Hashable, CustomStringConvertible {
    package let problems: [DocumentProblem]

    package init(problems: [DocumentProblem]) { self.problems = problems }

    package var description: String { problems.map(\.description).joined(separator: "\n") }
}

/// One thing wrong with a document, or worth a second look.
package struct DocumentProblem: Sendable, Hashable, CustomStringConvertible {
    package enum Severity: String, Sendable, Hashable {
        case error, warning
    }

    package let severity: Severity
    package let file: String
    /// From 1; 0 where the document as a whole is meant.
    package let line: Int
    /// From 1, in Unicode scalars.
    package let column: Int
    /// Where it is in the document's tree, as a JSON pointer.
    package let pointer: String
    /// Stable, for programs.
    package let code: String
    package let message: String
    /// What to do about it.
    package let hint: String?

    /// `file:line:column: error: message (code)`, and the hint.
    package var description: String {
        let place = line > 0 ? "\(file):\(line):\(column)" : file
        return "\(place): \(severity.rawValue): \(message) (\(code))" + (hint.map { "\n  hint: \($0)" } ?? "")
    }
}
