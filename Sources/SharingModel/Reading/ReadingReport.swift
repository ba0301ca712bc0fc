/// What is found wrong while a JSON tree is checked and read, and the place being looked at.
///
/// A class because it follows one reading through nested records; it is made for that reading, used by one task, and dropped.
final class ReadingReport {
    enum Step {
        case member(String)
        case element(Int)
    }

    struct Finding {
        let pointer: String
        let code: String
        let detail: String
        let hint: String?
    }

    /// More than this is no help to anybody, and an answer must stay small.
    static let findingLimit = 100
    /// Longer member names are not repeated in pointers.
    private static let nameLimit = 64

    private(set) var findings: [Finding] = []
    private var path: [Step] = []
    /// Set when a value could not be read, so that what was built from it is never used.
    private(set) var isIncomplete = false

    /// Whether nothing more is taken; whoever walks through input need not go on.
    var isFull: Bool { findings.count >= Self.findingLimit }

    var isClean: Bool { findings.isEmpty && !isIncomplete }

    func within<Result>(_ step: Step, _ body: () -> Result) -> Result {
        path.append(step)
        defer { path.removeLast() }
        return body()
    }

    func add(_ code: String, _ detail: String, hint: String? = nil, at steps: [Step] = []) {
        guard !isFull else { return }
        findings.append(Finding(pointer: Self.pointer(path + steps), code: code, detail: detail, hint: hint))
    }

    func markIncomplete() { isIncomplete = true }

    var violations: [Violation] {
        findings.map {
            Violation(pointer: $0.pointer, code: $0.code, detail: $0.detail + ($0.hint.map { "; " + $0 } ?? ""))
        }
    }

    /// RFC 6901.
    private static func pointer(_ steps: [Step]) -> String {
        var pointer = ""
        for step in steps {
            switch step {
            case .element(let index): pointer += "/\(index)"
            case .member(let name):
                guard name.utf8.count <= nameLimit else { return pointer }
                pointer += "/" + escaped(name)
            }
        }
        return pointer
    }

    static func escaped(_ name: String) -> String {
        guard name.utf8.contains(where: { $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: "/") }) else { return name }
        return name.split(separator: "~", omittingEmptySubsequences: false).joined(separator: "~0")
            .split(separator: "/", omittingEmptySubsequences: false).joined(separator: "~1")
    }
}
