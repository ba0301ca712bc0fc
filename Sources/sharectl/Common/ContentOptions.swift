import ArgumentParser
import Encodings
import SharingModel

/// What is passed on, item by item.
struct ContentOptions: ParsableArguments {
    @Option(
        name: .customLong("item"),
        help: ArgumentHelp(
            "An item of content: CODE=TEXT, CODE=@FILE (text) or CODE:=JSON. May be repeated. What is typed here shows in `ps`.",
            valueName: "code=value"))
    var items: [String] = []
    @Option(help: "A JSON file with an object of item codes and values; `-` is standard input.")
    var content: String?

    /// The items, each code once.
    /// - Parameter subject: as it was given, because only one of the two can be read from standard input.
    func read(besides subject: String? = nil) throws(Failure) -> [ContentItem] {
        if content == "-", subject == "-" {
            throw .usage("only one can be read from standard input: give the person or the content in another way")
        }
        var found: [ContentItem] = []
        if let content {
            guard let members = try InputFile.json(content).object?.members else {
                throw .usage("`--content` must be a JSON object of item codes and values")
            }
            for member in members {
                found.append(ContentItem(code: try code(member.name), value: member.value))
            }
        }
        for item in items { found.append(try read(item)) }
        guard !found.isEmpty else { throw .usage("nothing to pass on; give `--item CODE=TEXT` or `--content FILE`") }
        guard Set(found.map(\.code)).count == found.count else {
            throw .usage("an item is given twice; give each once")
        }
        return found
    }

    private func read(_ text: String) throws(Failure) -> ContentItem {
        guard let equals = text.firstIndex(of: "=") else {
            throw .usage("`--item` expects CODE=TEXT, CODE=@FILE or CODE:=JSON")
        }
        let name = text[..<equals]
        let value = text[text.index(after: equals)...]
        if name.last == ":" {
            guard let json = try? JSON.parse(Array(value.utf8)) else { throw .usage("what follows `:=` must be JSON") }
            return ContentItem(code: try code(String(name.dropLast())), value: json)
        }
        let content = value.first == "@" ? try InputFile.text(String(value.dropFirst())) : String(value)
        return ContentItem(code: try code(String(name)), value: .string(content))
    }

    private func code(_ text: String) throws(Failure) -> ItemCode { try ItemCode(argument: text, "an item code") }
}

/// What only the holder can record when it shares without the person's agreement.
struct RecordOptions: ParsableArguments {
    @Option(
        help: """
            Why there is no consent: cannot-be-given, not-reasonable-to-obtain or would-prejudice-protection.
            """)
    var withoutConsent: String?
    @Option(help: "Grounds of your decision that the public interest outweighs confidence; needs --office.")
    var publicInterest: String?
    @Option(help: "The office in which that was decided, such as caldicott-guardian.")
    var office: String?

    /// Adds them to the data of an event.
    /// - Parameter actor: who decided.
    func add(to data: inout JSONObject, by actor: JSON) throws(Failure) {
        if let withoutConsent { data["withoutConsent"] = .string(withoutConsent) }
        guard let publicInterest else { return }
        guard let office else { throw .usage("`--public-interest` needs `--office`: in which office was it decided?") }
        data["publicInterest"] = .object(["grounds": .string(publicInterest), "by": actor, "office": .string(office)])
    }
}
