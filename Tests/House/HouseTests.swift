import Foundation
import Testing

/// The house rules that a compiler does not hold: which room may know which, how long a file may be, and what may not stand in it.
@Suite struct HouseTests {
    /// What each room may import of the house. The picture is in Package.swift; an arrow points down only.
    static let mayImport: [String: Set<String>] = [
        "Encodings": [], "Locking": [],
        "Timestamping": ["Encodings"],
        "EventStore": ["Encodings", "Locking", "CZlib"],
        "Shipping": ["Encodings", "EventStore", "Locking"],
        "SharingModel": ["Encodings", "Locking"],
        "SharingPolicy": ["Encodings", "SharingModel"],
        "Projections": ["Encodings", "EventStore", "Locking", "SharingModel"],
        "SharingFHIR": ["Encodings", "SharingModel"],
        "SharingService": [
            "Encodings", "Locking", "EventStore", "SharingModel", "SharingPolicy", "Projections", "Shipping",
            "Timestamping",
        ],
        "SharingAPI": [
            "Encodings", "Locking", "EventStore", "SharingModel", "Projections", "SharingService", "Timestamping",
        ],
        "SharingClient": ["Encodings", "Locking", "EventStore", "SharingModel"],
        "sharingd": ["EventStore", "SharingAPI", "SharingService"],
        "sharectl": [
            "Encodings", "Locking", "EventStore", "SharingModel", "SharingFHIR", "SharingPolicy", "SharingService",
            "Projections", "Shipping", "SharingClient", "Timestamping",
        ],
    ]

    /// What a pure room may take from outside the house.
    static let pureRooms: [String: Set<String>] = [
        "Encodings": [], "SharingPolicy": [], "SharingFHIR": [],
        "SharingModel": ["Foundation", "Yams"],
    ]

    struct SourceFile {
        let room: String
        let path: String
        let lines: [String]
    }

    static let sources = files(below: "Sources")

    /// A test's room is the folder that it stands in.
    static let tests = files(below: "Tests")

    private static func files(below folder: String) -> [SourceFile] {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../\(folder)").standardized
        let files = FileManager.default.enumerator(atPath: root.path)?.compactMap { $0 as? String } ?? []
        return files.filter { $0.hasSuffix(".swift") }.sorted().compactMap { path in
            guard let text = try? String(contentsOf: root.appending(path: path), encoding: .utf8) else { return nil }
            return SourceFile(
                room: String(path.prefix { $0 != "/" }), path: path,
                lines: text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init))
        }
    }

    private func imports(_ file: SourceFile) -> [String] {
        file.lines.compactMap { line in
            let words = line.split(separator: " ")
            guard let place = words.firstIndex(of: "import"), place <= 1, place + 1 < words.count else { return nil }
            return String(words[place + 1])
        }
    }

    @Test func `every room of the house is in the picture`() {
        #expect(Set(Self.sources.map(\.room)) == Set(Self.mayImport.keys))
    }

    @Test func `import arrows point down`() {
        for file in Self.sources {
            let allowed = Self.mayImport[file.room] ?? []
            for name in imports(file) where Self.mayImport[name] != nil {
                #expect(allowed.contains(name), "\(file.path) imports \(name)")
            }
        }
    }

    /// The rest of the house has its cryptography from swift-crypto, and never sees an OpenSSL type.
    @Test func `only the room of timestamps goes through the doorway to libcrypto`() {
        let users = Self.sources.filter { imports($0).contains("COpenSSL") }
        #expect(Set(users.map(\.room)) == ["Timestamping"])
    }

    /// ThreadSanitizer does not see the other one, and would call what a test guards with it a race.
    @Test func `there is one lock in the house`() {
        #expect(Self.tests.contains { $0.room == "EventStoreTests" })
        for file in Self.sources + Self.tests where file.room != "Locking" && file.room != "House" {
            #expect(!file.lines.contains { $0.contains("Mutex<") || $0.contains("Mutex(") }, "\(file.path) has a Mutex")
        }
    }

    @Test func `pure rooms do no input or output`() {
        for file in Self.sources {
            guard let allowed = Self.pureRooms[file.room] else { continue }
            for name in imports(file) where Self.mayImport[name] == nil {
                #expect(allowed.contains(name), "\(file.path) imports \(name)")
            }
        }
    }

    @Test func `no file is longer than 400 lines, unless it says why at its head`() {
        for file in Self.sources where file.lines.count > 400 {
            #expect(
                file.lines.first?.hasPrefix("// Long because ") == true, "\(file.path) has \(file.lines.count) lines")
        }
    }

    /// The packages beside the house are built of links, and CI builds one of them only.
    @Test(arguments: ["Benchmarks", "Fuzzing"])
    func `every link of the packages beside the house leads to a source`(folder: String) throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../\(folder)").standardized
        let files = try #require(
            FileManager.default.enumerator(at: root, includingPropertiesForKeys: [.isSymbolicLinkKey]))
        var links = 0
        for case let file as URL in files {
            guard try file.resourceValues(forKeys: [.isSymbolicLinkKey]).isSymbolicLink == true else { continue }
            links += 1
            #expect(FileManager.default.fileExists(atPath: file.path), "\(file.path) leads nowhere")
        }
        #expect(links > 0)
    }

    @Test func `nothing crashes on purpose and nothing is put off`() {
        let forbidden: [(Regex<Substring>, String)] = [
            (#/\btry!/#, "try!"), (#/\bas!/#, "as!"),
            (#/\b(?:fatalError|preconditionFailure)\(/#, "a crash on purpose"),
            (#/\b(?:TODO|FIXME|XXX|HACK)\b/#, "work put off"),
        ]
        let unwrap = #/[A-Za-z0-9_\)\]]!(?![=A-Za-z0-9_"])/#
        for file in Self.sources {
            for (number, line) in file.lines.enumerated() {
                for (pattern, name) in forbidden where line.contains(pattern) {
                    Issue.record("\(file.path):\(number + 1) has \(name)")
                }
                let code = Self.withoutTextAndComments(line)
                #expect(!code.contains(unwrap), "\(file.path):\(number + 1) unwraps by force")
            }
        }
    }

    /// A line of code without its string literals and its comment.
    private static func withoutTextAndComments(_ line: String) -> String {
        let code = line.replacing(#/"(?:[^"\\]|\\.)*"/#, with: "")
        guard let comment = code.firstRange(of: "//") else { return code }
        return String(code[..<comment.lowerBound])
    }
}
