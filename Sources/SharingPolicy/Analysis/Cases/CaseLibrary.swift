package import SharingModel

/// The baselines and agreements that cases name, read once each.
package struct CaseLibrary {
    /// What reading a file came to.
    private enum Shelf<Value> {
        case holds(Value)
        case fails(CaseLibraryProblem)
    }

    /// The text of a file named by a case's file and the path in it.
    private let text: (_ path: String, _ file: String) throws -> String
    private var baselines: [String: Shelf<Baseline>] = [:]
    private var agreements: [String: Shelf<Agreement>] = [:]
    /// Stand in for the agreements of the same name, whatever the cases say.
    private let drafts: [AgreementID: Agreement]

    /// - Parameters:
    ///   - drafts: agreements to hold the cases against, each in place of the one of its name.
    ///   - text: gives the text of a file, by the path that a case names and the case's own file.
    package init(
        drafts: [Agreement] = [], text: @escaping (_ path: String, _ file: String) throws -> String
    ) {
        self.text = text
        self.drafts = Dictionary(drafts.map { ($0.id, $0) }) { $1 }
    }

    mutating func baseline(_ reference: CaseReference, of file: String) throws(CaseLibraryProblem) -> Baseline {
        try Self.take(
            &baselines, reference, file, text
        ) { yaml, name throws(DocumentError) in try Baseline.parse(yaml: yaml, file: name) }
    }

    mutating func agreement(_ reference: CaseReference, of file: String) throws(CaseLibraryProblem) -> Agreement {
        let agreement = try Self.take(&agreements, reference, file, text) { yaml, name throws(DocumentError) in
            try Agreement.parse(yaml: yaml, file: name)
        }
        return drafts[agreement.id] ?? agreement
    }

    private static func take<Value>(
        _ shelf: inout [String: Shelf<Value>], _ reference: CaseReference, _ file: String,
        _ text: (_ path: String, _ file: String) throws -> String,
        _ parse: (_ yaml: String, _ name: String) throws(DocumentError) -> Value
    ) throws(CaseLibraryProblem) -> Value {
        let key = file + "\n" + reference.path
        let found = shelf[key] ?? read(reference, file, text, parse)
        shelf[key] = found
        switch found {
        case .holds(let value): return value
        case .fails(let problem): throw problem
        }
    }

    private static func read<Value>(
        _ reference: CaseReference, _ file: String, _ text: (_ path: String, _ file: String) throws -> String,
        _ parse: (_ yaml: String, _ name: String) throws(DocumentError) -> Value
    ) -> Shelf<Value> {
        guard let yaml = try? text(reference.path, file) else {
            return .fails(
                CaseLibraryProblem(
                    reference: reference, code: "unknown-reference", message: "`\(reference.path)` cannot be read"))
        }
        do throws(DocumentError) {
            return .holds(try parse(yaml, reference.path))
        } catch {
            return .fails(
                CaseLibraryProblem(
                    reference: reference, code: "bad-reference",
                    message: "`\(reference.path)` is wrong: "
                        + error.problems.map(\.description).joined(separator: "; ")
                ))
        }
    }
}

/// Why a file that a case names is of no use.
struct CaseLibraryProblem: Error {
    let reference: CaseReference
    let code: String
    let message: String
}
