import Foundation
import Testing

/// docs/THREATS.md names tests as its proof. A name that nobody has is no proof.
@Suite struct ThreatsTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized

    private static func text(_ path: String) -> String? {
        try? String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    /// A test file as the document names it, and the tests of it that are named behind: `Room/File` "name", "name".
    private static func references(in text: String) -> [(file: String, names: [String])] {
        let rooms = (try? FileManager.default.contentsOfDirectory(atPath: root.appending(path: "Tests").path)) ?? []
        let line = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        let pattern = #/`([A-Za-z]+)((?:/[A-Za-z]+)+)`((?:,? (?:and )?"[^"]+")*)/#
        return line.matches(of: pattern).filter { rooms.contains(String($0.1)) }.map { match in
            (String(match.1 + match.2), match.3.matches(of: #/"([^"]+)"/#).map { String($0.1) })
        }
    }

    @Test func `every test that the threats name is there, under that name`() throws {
        let references = Self.references(in: try #require(Self.text("docs/THREATS.md")))
        #expect(references.count > 80)
        #expect(references.contains { $0.names.count > 1 })
        for (file, names) in references {
            guard let source = Self.text("Tests/\(file).swift") else {
                Issue.record("there is no Tests/\(file).swift")
                continue
            }
            for name in names {
                let isThere = ["func `\(name)`(", "func \(name)(", "\"\(name)\""].contains { source.contains($0) }
                #expect(isThere, "\(file) has no test \"\(name)\"")
            }
        }
    }
}
