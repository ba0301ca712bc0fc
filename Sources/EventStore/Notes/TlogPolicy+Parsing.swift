import Encodings

extension TlogPolicy {
    /// Parses a tlog-policy file.
    /// - Throws: `TlogPolicyError`, which names the line.
    public init(parsing bytes: [UInt8]) throws(TlogPolicyError) {
        guard bytes.count <= Limits.policyBytes else { throw .tooLarge }
        guard bytes.allSatisfy({ $0 == 0x09 || $0 == 0x0A || ($0 >= 0x20 && $0 != 0x7F) }) else {
            throw .controlCharacter
        }
        // A file that was cut off could end in the beginning of another name.
        guard bytes.last == 0x0A else { throw .notEnded }
        var reading = PolicyReading()
        for (number, line) in bytes.dropLast().split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
            let words = line.split { $0 == 0x20 || $0 == 0x09 }
            guard let first = words.first, first.first != UInt8(ascii: "#") else { continue }
            do throws(PolicyFlaw) {
                try reading.read(words.map { Array($0) })
            } catch {
                throw .line(number + 1, error)
            }
        }
        guard let quorum = reading.quorum else { throw .noQuorumLine }
        self.init(logs: reading.logs, witnesses: reading.witnesses, quorum: quorum)
    }
}

/// A policy as far as it has been read. Names are bytes: `==` on strings would take different ones for the same.
private struct PolicyReading {
    typealias Word = [UInt8]

    var logs: [TlogPolicy.Log] = []
    var witnesses: [TlogPolicy.Witness] = []
    var quorum: TlogPolicy.Rule?
    private var rules: [Word: TlogPolicy.Rule] = [:]
    private var members: Set<Word> = []
    private var groups = 0

    private static let none = Array("none".utf8)

    mutating func read(_ words: [Word]) throws(PolicyFlaw) {
        switch words[0] {
        case Array("log".utf8): try log(words)
        case Array("witness".utf8): try witness(words)
        case Array("group".utf8): try group(words)
        case Array("quorum".utf8): try readQuorum(words)
        default: throw .unknownKeyword
        }
    }

    private mutating func log(_ words: [Word]) throws(PolicyFlaw) {
        guard (2...3).contains(words.count) else { throw .form("log VKEY [URL]") }
        let key = try Self.key(words[1], .ed25519)
        guard !logs.contains(where: { $0.key.publicKey == key.publicKey }) else { throw .keyRepeated }
        guard logs.count < Limits.policyMembers else { throw .tooMany }
        logs.append(.init(key: key, url: words.count == 3 ? Self.text(words[2]) : nil))
    }

    private mutating func witness(_ words: [Word]) throws(PolicyFlaw) {
        guard (3...4).contains(words.count) else { throw .form("witness NAME VKEY [URL]") }
        let key = try Self.key(words[2], .cosignature)
        guard !witnesses.contains(where: { $0.key.publicKey == key.publicKey }) else { throw .keyRepeated }
        guard witnesses.count < Limits.policyMembers else { throw .tooMany }
        try define(words[1], .witness(key))
        witnesses.append(
            .init(name: Self.text(words[1]), key: key, url: words.count == 4 ? Self.text(words[3]) : nil))
    }

    private mutating func group(_ words: [Word]) throws(PolicyFlaw) {
        guard words.count >= 4 else { throw .form("group NAME any|all|K MEMBER…") }
        guard groups < Limits.policyMembers else { throw .tooMany }
        let names = words[3...]
        let threshold = try Self.threshold(words[2], of: names.count)
        var rules: [TlogPolicy.Rule] = []
        for name in names {
            guard let rule = self.rules[name] else { throw .unknownName }
            guard members.insert(name).inserted else { throw .memberTwice }
            rules.append(rule)
        }
        try define(words[1], .group(atLeast: threshold, rules))
        groups += 1
    }

    private mutating func readQuorum(_ words: [Word]) throws(PolicyFlaw) {
        guard words.count == 2 else { throw .form("quorum NAME") }
        guard quorum == nil else { throw .secondQuorum }
        guard let rule = words[1] == Self.none ? .nobody : rules[words[1]] else { throw .unknownName }
        quorum = rule
    }

    private mutating func define(_ name: Word, _ rule: TlogPolicy.Rule) throws(PolicyFlaw) {
        guard name != Self.none else { throw .nameReserved }
        guard rules.updateValue(rule, forKey: name) == nil else { throw .nameTaken }
    }

    private static func threshold(_ word: Word, of count: Int) throws(PolicyFlaw) -> Int {
        let text = text(word)
        if text == "any" { return 1 }
        if text == "all" { return count }
        guard let number = Int(text), String(number) == text, (1...count).contains(number) else { throw .threshold }
        return number
    }

    private static func key(_ word: Word, _ kind: VerifierKey.Kind) throws(PolicyFlaw) -> VerifierKey {
        guard let text = String(validating: word, as: UTF8.self) else { throw .key(.malformedKey) }
        let key: VerifierKey
        do throws(NoteError) {
            key = try VerifierKey(parsing: text)
        } catch {
            throw .key(error)
        }
        guard key.kind == kind else { throw .otherKind(expected: kind) }
        return key
    }

    private static func text(_ word: Word) -> String { String(decoding: word, as: UTF8.self) }
}

/// What is wrong with a line of a tlog-policy file.
public enum PolicyFlaw: Error, Sendable, Hashable, CustomStringConvertible {
    case unknownKeyword
    case form(String)
    case key(NoteError)
    case otherKind(expected: VerifierKey.Kind)
    case keyRepeated
    case nameTaken
    case nameReserved
    case unknownName
    case memberTwice
    case threshold
    case secondQuorum
    case tooMany

    public var description: String {
        switch self {
        case .unknownKeyword: "a line begins with `log`, `witness`, `group` or `quorum`"
        case .form(let form): "expected `\(form)`"
        case .key(let error): error.description
        case .otherKind(.ed25519): "a log's key is of type 1 (Ed25519); this is a cosigner's"
        case .otherKind(.cosignature): "a witness's key is of type 4 (cosignature); this is a log's"
        case .keyRepeated: "this key stands on an earlier line already"
        case .nameTaken: "an earlier line has this name already; witnesses and groups share their names"
        case .nameReserved: "`none` is no name for a witness or group"
        case .unknownName: "no earlier line has this name; define witnesses and groups before they are used"
        case .memberTwice: "a name is a member of one group, once"
        case .threshold: "expected `any`, `all`, or a number from 1 to that of the members"
        case .secondQuorum: "there is one `quorum` line, and this is a second one"
        case .tooMany: "a policy has at most \(Limits.policyMembers) logs, witnesses and groups each"
        }
    }
}

/// Why a text is no tlog-policy.
public enum TlogPolicyError: CodedError, Hashable {
    case tooLarge
    case controlCharacter
    case notEnded
    case noQuorumLine
    /// Counted from 1.
    case line(Int, PolicyFlaw)

    public var code: String { "policy-malformed" }

    public var description: String {
        switch self {
        case .tooLarge: "the policy is larger than the limit of \(Limits.policyBytes) bytes"
        case .controlCharacter: "the policy holds a control character; only tabs and line feeds are allowed"
        case .notEnded: "the policy's last line does not end in a line feed; the file may have been cut off"
        case .noQuorumLine: "the policy has no `quorum` line; `quorum none` asks for no witness"
        case .line(let number, let flaw): "line \(number) of the policy: \(flaw)"
        }
    }
}
