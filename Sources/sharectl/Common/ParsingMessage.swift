/// What the argument parser says of a command line, without what was typed in the wrong place: that may be a person's identifier, or their name out
/// of a reason that lacks its quotes, and errors end up in logs.
struct ParsingMessage {
    let text: String

    init(_ message: String) {
        let body = message.hasPrefix("Error: ") ? String(message.dropFirst(7)) : message
        // Behind the first line stand help and usage, which are ours.
        let end = body.firstIndex(of: "\n") ?? body.endIndex
        text = Self.withoutValues(String(body[..<end])) + body[end...]
    }

    private static func withoutValues(_ line: String) -> String {
        if line.hasPrefix("Unexpected argument") || line.contains("unexpected arguments:") {
            return
                "there is an argument too many; put quotes around a text of several words, and see what goes with which option"
        }
        if let found = line.firstMatch(of: #/^The value '(?<value>.*)' is invalid for '/#),
            found.value.wholeMatch(of: #/[a-z-]*/#) == nil
        {
            return "The value given" + line[found.value.endIndex...].dropFirst()
        }
        if let found = line.firstMatch(of: #/^Unknown option '(?<option>--?[A-Za-z-]+)(?<rest>=.*)'/#) {
            return "Unknown option '\(found.option)'" + line[found.rest.endIndex...].dropFirst()
        }
        return line
    }
}
