import Encodings
import Yams

/// A YAML document as a JSON tree, with the place of every value and every key in the file.
///
/// A strict subset of YAML: one document, text keys without duplicates, no anchors, aliases, tags or merge keys. Of plain scalars, `true`
/// and `false` are flags, `null`, `~` and nothing are null, and what JSON calls a number is a number; all else is text, `yes`, `no`
/// and dates included.
struct YAMLDocument {
    let json: JSON
    let places: DocumentPlaces

    init(parsing yaml: String, file: String) throws(DocumentError) {
        let refuse: (DocumentPlaces.Place?, String, String, String?) -> DocumentError = { mark, code, message, hint in
            DocumentError(problems: [
                DocumentProblem(
                    severity: .error, file: file, line: mark?.line ?? 1, column: mark?.column ?? 1, pointer: "",
                    code: code,
                    message: message, hint: hint)
            ])
        }
        guard yaml.utf8.count <= Limits.documentBytes else {
            throw refuse(nil, "too-long", "the limit for a document is \(Limits.documentBytes) bytes", nil)
        }
        // Before parsing, because the parser follows aliases: a few lines of them can stand for gigabytes.
        if let mark = Self.anchor(in: yaml) {
            throw refuse(
                mark, "not-allowed",
                "`&` or `*` before a word, anywhere, is not allowed: YAML takes it for an anchor or alias",
                "write the value out, or put a space after the sign")
        }
        if let mark = Self.keySign(in: yaml) {
            throw refuse(
                mark, "not-allowed",
                "`?` at the beginning of a word is not allowed: YAML takes it for the sign of a key",
                "a key is plain text and needs no sign; in a text, put the `?` right after a word")
        }
        let root: Node?
        do {
            // Without Yams' rules for plain scalars, which would be tried on every one: `value(of:)` has its own.
            root = try Parser(yaml: yaml, resolver: .basic).singleRoot()
        } catch let error as YamlError {
            let (mark, message) = Self.place(of: error)
            throw refuse(mark, "not-yaml", message, nil)
        } catch {
            throw refuse(nil, "not-yaml", "the text cannot be read as YAML", nil)
        }
        guard let root else { throw refuse(nil, "not-yaml", "the document is empty", nil) }
        var places = DocumentPlaces(file: file)
        var problems: [DocumentProblem] = []
        json = Self.tree(root, pointer: "", &places, &problems)
        guard problems.isEmpty else { throw DocumentError(problems: problems) }
        self.places = places
    }

    /// - Parameter pointer: nil where it has become too long for places to be kept.
    private static func tree(
        _ node: Node, pointer: String?, _ places: inout DocumentPlaces, _ problems: inout [DocumentProblem]
    ) -> JSON {
        if let pointer { places.values[pointer] = node.mark.map(DocumentPlaces.Place.init) }
        switch node {
        case .scalar(let scalar): return value(of: scalar)
        case .sequence(let sequence):
            var values: [JSON] = []
            for (index, element) in sequence.enumerated() {
                values.append(tree(element, pointer: Self.pointer(pointer, "\(index)"), &places, &problems))
            }
            return .array(values)
        case .mapping(let mapping):
            var members: [JSONObject.Member] = []
            var names: Set<String> = []
            for (key, element) in mapping where problems.count < ReadingReport.findingLimit {
                guard let name = key.scalar?.string, name != "<<" else {
                    problems.append(problem(key, pointer, "not-allowed", "a key must be plain text", places))
                    continue
                }
                // Yams refuses keys that are the same to it; two that differ in their tags only are left.
                guard names.insert(name).inserted else {
                    problems.append(problem(key, pointer, "not-yaml", "this key occurs twice", places))
                    continue
                }
                let inner = Self.pointer(pointer, ReadingReport.escaped(name))
                if let inner { places.keys[inner] = key.mark.map(DocumentPlaces.Place.init) }
                members.append(
                    JSONObject.Member(name: name, value: tree(element, pointer: inner, &places, &problems)))
            }
            return .object(JSONObject(unique: members))
        case .alias: return .null
        }
    }

    private static func problem(
        _ key: Node, _ pointer: String?, _ code: String, _ message: String, _ places: DocumentPlaces
    ) -> DocumentProblem {
        DocumentProblem(
            severity: .error, file: places.file, line: key.mark?.line ?? 0, column: key.mark?.column ?? 0,
            pointer: pointer ?? "", code: code, message: message, hint: nil)
    }

    /// The pointer one step further; nil once it is longer than any that a known member has. A long key would otherwise be copied for
    /// everything that stands below it, and a file of kilobytes take gigabytes.
    private static func pointer(_ pointer: String?, _ step: String) -> String? {
        guard let pointer, pointer.utf8.count + step.utf8.count < pointerLimit else { return nil }
        return "\(pointer)/\(step)"
    }

    private static let pointerLimit = 256

    private static func value(of scalar: Node.Scalar) -> JSON {
        guard scalar.style == .plain || scalar.style == .any else { return .string(scalar.string) }
        switch scalar.string {
        case "true": return .bool(true)
        case "false": return .bool(false)
        case "", "~", "null": return .null
        default:
            // A number is what JSON calls one; its parser settles it.
            guard let first = scalar.string.utf8.first, first.isDigit || first == UInt8(ascii: "-"),
                let json = try? JSON.parse(scalar.string)
            else { return .string(scalar.string) }
            return json
        }
    }

    /// The first `&name` or `*name` where YAML might see an anchor or an alias. Quotes and comments are not looked at: whoever wants to
    /// hide an anchor would find a way to make them seem to begin or end elsewhere.
    private static func anchor(in yaml: String) -> DocumentPlaces.Place? {
        var line = 1
        var column = 0
        var mayBegin = true
        var sign: DocumentPlaces.Place?
        for character in yaml.unicodeScalars {
            column += 1
            if let sign, character.isASCII,
                "_-".unicodeScalars.contains(character) || character.properties.isAlphabetic
                    || character.properties.numericType != nil
            {
                return sign
            }
            let isSign = mayBegin && (character == "&" || character == "*")
            sign = isSign ? DocumentPlaces.Place(line: line, column: column) : nil
            mayBegin = character.properties.isWhitespace || "[{,:\u{FEFF}".unicodeScalars.contains(character)
            if character == "\n" {
                line += 1
                column = 0
            }
        }
        return nil
    }

    /// The first `?` where YAML might see a key of any form and length. Yams hashes a key at every level it is nested in, so that a small
    /// document can keep it busy for minutes; without the sign, YAML itself limits keys to 1,024 characters.
    private static func keySign(in yaml: String) -> DocumentPlaces.Place? {
        var line = 1
        var column = 0
        var mayBegin = true
        for character in yaml.unicodeScalars {
            column += 1
            if mayBegin, character == "?" { return DocumentPlaces.Place(line: line, column: column) }
            mayBegin = character.properties.isWhitespace || "[{,:\u{FEFF}".unicodeScalars.contains(character)
            if character == "\n" {
                line += 1
                column = 0
            }
        }
        return nil
    }

    private static func place(of error: YamlError) -> (DocumentPlaces.Place?, String) {
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            (DocumentPlaces.Place(mark), [context?.text.trimmed, problem].compactMap { $0 }.joined(separator: ", "))
        case .duplicatedKeysInMapping(let duplicates, let context):
            (
                DocumentPlaces.Place(context.mark),
                "these keys occur twice: " + duplicates.prefix(8).joined(separator: ", ")
            )
        case .reader(let problem, _, _, _): (nil, problem)
        default: (nil, "the text cannot be read as YAML")
        }
    }
}

extension DocumentPlaces.Place {
    fileprivate init(_ mark: Mark) {
        line = mark.line
        column = mark.column
    }
}

extension String {
    fileprivate var trimmed: String {
        String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
}

/// Where the values and keys of a document stand in its file.
package struct DocumentPlaces: Sendable, Hashable {
    struct Place: Sendable, Hashable {
        /// From 1.
        let line: Int
        /// From 1, in Unicode scalars.
        let column: Int
    }

    let file: String
    var values: [String: Place] = [:]
    var keys: [String: Place] = [:]

    init(file: String) { self.file = file }

    /// The place a pointer leads to; of something that is not there, the place of what it would stand in.
    func place(of pointer: String, preferringKey: Bool) -> Place? {
        var pointer = Substring(pointer)
        var preferringKey = preferringKey
        while true {
            if preferringKey, let place = keys[String(pointer)] { return place }
            if let place = values[String(pointer)] { return place }
            guard let slash = pointer.lastIndex(of: "/") else { return nil }
            pointer = pointer[..<slash]
            preferringKey = true
        }
    }

    func problem(
        _ severity: DocumentProblem.Severity = .error, at pointer: String, code: String, message: String,
        hint: String? = nil
    ) -> DocumentProblem {
        let place = place(of: pointer, preferringKey: code == "unknown-member")
        return DocumentProblem(
            severity: severity, file: file, line: place?.line ?? 0, column: place?.column ?? 0, pointer: pointer,
            code: code,
            message: message, hint: hint)
    }
}
