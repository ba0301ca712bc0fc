import Foundation

/// What is known about the terminal, if there is one.
struct Terminal {
    let descriptor: Int32

    static let standardOutput = Terminal(descriptor: STDOUT_FILENO)
    static let standardError = Terminal(descriptor: STDERR_FILENO)

    var isTerminal: Bool { isatty(descriptor) == 1 }

    /// Columns; nil where there is no terminal, or none is told.
    var width: Int? {
        guard isTerminal else { return nil }
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
        return Int(size.ws_col)
    }

    /// Colours are for people at a terminal who did not decline them (no-color.org).
    var hasColour: Bool {
        let environment = ProcessInfo.processInfo.environment
        return isTerminal && (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
    }
}

enum Colour: String {
    case red = "31"
    case green = "32"
    case yellow = "33"
    case bold = "1"

    func apply(_ text: String, on terminal: Terminal = .standardOutput) -> String {
        terminal.hasColour ? "\u{1B}[\(rawValue)m\(text)\u{1B}[0m" : text
    }

    /// For an outcome or a result of a decision.
    static func ofOutcome(_ outcome: String) -> Colour {
        switch outcome {
        case "permitted", "recorded": .green
        case "refused", "withheld": .red
        default: .yellow
        }
    }
}

enum StandardError {
    static func line(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data((text + "\n").utf8))
    }
}

enum StandardInput {
    /// One line, without white space at its ends.
    static func line() throws(Failure) -> String {
        guard let line = readLine(strippingNewline: true)?.trimmingCharacters(in: .whitespacesAndNewlines),
            !line.isEmpty
        else { throw .usage("`-` reads from standard input, and nothing came; pipe or type one line") }
        return line
    }
}
