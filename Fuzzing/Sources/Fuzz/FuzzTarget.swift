import Foundation

/// One parser of bytes from outside, and what holds of everything it accepts.
struct FuzzTarget: Sendable {
    let name: String
    /// Whether the parser accepted the input. Stops the process if a property does not hold.
    let check: @Sendable ([UInt8]) -> Bool

    /// How the loop calls it.
    func run(_ bytes: [UInt8]) { _ = check(bytes) }

    static let all: [FuzzTarget] = encodings + events + notes + trees + vocabulary + shipments
}

/// Stops the process where a property is broken: that is how libFuzzer sees it, and keeps the input.
func holds(_ condition: @autoclosure () -> Bool, _ property: StaticString) {
    guard !condition() else { return }
    FileHandle.standardError.write(Data("a property does not hold: \(property)\n".utf8))
    fatalError()
}

/// The input as text; what is not UTF-8 is refused before these parsers see it.
func text(_ bytes: [UInt8]) -> String? { String(validating: bytes, as: UTF8.self) }

/// The same bytes. Swift's `==` on strings asks for less.
func same(_ left: String, _ right: String) -> Bool { left.utf8.elementsEqual(right.utf8) }
