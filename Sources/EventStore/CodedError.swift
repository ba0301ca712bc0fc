/// An error that a machine can tell from others by `code` and a person can act upon by `description`.
///
/// Codes are kebab-case and stable: they are part of the contract with callers. Descriptions are lower case, say what
/// was expected, what was found and what to do, and never repeat text from an event, which may be personal.
public protocol CodedError: Error, Sendable, CustomStringConvertible {
    var code: String { get }
}
