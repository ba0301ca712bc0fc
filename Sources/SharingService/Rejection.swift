package import SharingModel

/// Why an event or a question was not accepted. Nothing was written.
///
/// `code` is stable, for programs; `detail` is for people and says how to go on. Neither ever holds personal data.
package struct Rejection: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of refusal it is; the front desk turns it into a status.
    package enum Kind: String, Sendable, Hashable {
        /// The bytes could not be read at all.
        case malformed
        /// Nobody we know signed it.
        case unauthenticated
        /// Somebody we know signed it, who may not do this.
        case forbidden
        /// It is not there, or not for this reader: the two are never told apart.
        case notFound
        /// It contradicts what is recorded.
        case conflict
        case tooLarge
        /// It is of a kind that is not read here.
        case unsupportedMedia
        /// It can be read, and is not right.
        case invalid
        /// Too much is waiting; come back.
        case overloaded
        /// The one who asks does so too often; come back.
        case tooMany
        /// The disk is full; come back when the operator has made room.
        case storageFull
        /// The operator has to decide something first; come back later.
        case readOnly
    }

    package let kind: Kind
    package let code: String
    package let detail: String
    /// For `invalid` events: every member that is wrong.
    package let violations: [Violation]
    /// Further members of the problem document, as RFC 9457 lets a code have.
    package private(set) var members: [String: String] = [:]

    package init(_ kind: Kind, _ code: String, _ detail: String, violations: [Violation] = []) {
        self.kind = kind
        self.code = code
        self.detail = detail
        self.violations = violations
    }

    /// The same with one more member in its document.
    package func with(_ name: String, _ value: String) -> Rejection {
        var rejection = self
        rejection.members[name] = value
        return rejection
    }

    /// An event whose members are wrong.
    package init(_ violations: [Violation]) {
        self.init(.invalid, "invalid-event", "the event is not valid; see `errors`", violations: violations)
    }

    /// An event of which one member is wrong.
    package static func invalid(_ pointer: String, _ code: String, _ detail: String) -> Rejection {
        Rejection([Violation(pointer: pointer, code: code, detail: detail)])
    }

    /// A question of which one member is wrong. The code is that of events, which callers know; only the words are its own.
    package static func badQuestion(_ pointer: String, _ code: String, _ detail: String) -> Rejection {
        Rejection(
            .invalid, "invalid-event", "the question is not valid; see `errors`",
            violations: [Violation(pointer: pointer, code: code, detail: detail)])
    }

    package var description: String {
        violations.isEmpty ? detail : violations.map { "\($0.pointer): \($0.detail)" }.joined(separator: "; ")
    }
}
