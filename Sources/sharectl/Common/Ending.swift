import ArgumentParser
import Foundation
import SharingClient
import SharingModel
import SharingService

/// What the exit code says; the same for every verb.
enum ExitStatus: Int32 {
    case yes = 0
    /// No, not now, or a mismatch.
    case no = 1
    case usage = 2
    case unreachable = 3
    /// Refused: by policy, or by the site.
    case refused = 4
}

/// An error with its exit code and what to do about it.
struct Failure: Error, CustomStringConvertible {
    let status: ExitStatus
    let description: String

    init(_ status: ExitStatus, _ description: String) {
        self.status = status
        self.description = description
    }

    static func usage(_ description: String) -> Failure { Failure(.usage, description) }
}

/// Ends the command with an exit code, everything having been said.
struct Quiet: Error {
    let status: ExitStatus
}

/// How the command ends after an error: what is printed, and where, and the exit code.
struct Ending {
    let status: ExitStatus
    /// Nil where everything has been said.
    let message: String?
    /// Help and version texts are what was asked for, so they go to standard output.
    let isError: Bool

    init(of error: any Error) {
        switch error {
        case let quiet as Quiet: self.init(quiet.status, nil)
        case let failure as Failure: self.init(failure.status, failure.description)
        case let error as ClientError: self.init(Self.status(of: error), error.description)
        case let error as InvalidEvent:
            self.init(
                .usage, "this would not be a valid event:" + error.violations.map { "\n  \($0.description)" }.joined())
        case let error as DocumentError: self.init(.no, error.description)
        case let rejection as Rejection: self.init(.refused, rejection.description)
        default: self.init(parsing: error)
        }
    }

    private init(_ status: ExitStatus, _ message: String?, isError: Bool = true) {
        self.status = status
        self.message = message
        self.isError = isError
    }

    /// Everything else: the argument parser's own errors, and errors that describe themselves.
    private init(parsing error: any Error) {
        let code = Sharectl.exitCode(for: error)
        if code == .success {
            self.init(.yes, Sharectl.fullMessage(for: error), isError: false)
        } else if code == .validationFailure {
            self.init(.usage, ParsingMessage(Sharectl.fullMessage(for: error)).text)
        } else {
            self.init(.usage, String(describing: error))
        }
    }

    private static func status(of error: ClientError) -> ExitStatus {
        switch error {
        case .problem(let problem) where problem.status == 404: .no
        case .problem(let problem) where problem.status >= 500: .unreachable
        case .problem: .refused
        case .unreachable, .timedOut: .unreachable
        case .answerTooLarge, .unexpectedAnswer, .notProven: .no
        case .badServer, .badTLS, .badVerifierKey, .keyMissing: .usage
        }
    }

    func leave() -> Never {
        if let message, isError {
            StandardError.line(Colour.red.apply("sharectl:", on: .standardError) + " " + message)
        } else if let message {
            print(message)
        }
        exit(status.rawValue)
    }
}
