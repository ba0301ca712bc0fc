import Encodings
import Foundation
import SharingClient
import SharingModel

// What is typed crosses into types here, once. Nothing typed is repeated in an error: it may be a person's identifier in the wrong place.

extension UniqueID {
    init(argument text: String) throws(Failure) {
        guard let id = UniqueID(text) else {
            throw .usage(
                "expected the id of an event, a UUID in lower case, such as 0192f3c4-0000-7000-8000-000000000000")
        }
        self = id
    }
}

extension PersonIdentifier {
    /// - Parameter text: `nhs:…`, `upn:…`, `local:…`, or `-` for one line of standard input.
    init(argument text: String) throws {
        try self.init(text == "-" ? try StandardInput.line() : text)
    }
}

extension VocabularyCode {
    init(argument text: String, _ what: String) throws(Failure) {
        guard let code = Self(text) else {
            throw .usage("\(what) is lower-case letters, digits and hyphens, in parts joined by dots")
        }
        self = code
    }
}

/// Lists given as repeated options or with commas between.
func listed(_ values: [String]) -> [String] {
    values.flatMap { $0.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) } }.filter { !$0.isEmpty }
}

enum InputFile {
    /// The bytes of a file; `-` is standard input.
    static func bytes(_ path: String) throws(Failure) -> [UInt8] {
        let data: Data?
        do {
            let handle =
                path == "-" ? FileHandle.standardInput : try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
            data = try handle.read(upToCount: ClientLimits.fileBytes + 1)
        } catch {
            throw .usage("cannot read \(path); check that it is there and yours")
        }
        guard let data else { return [] }
        guard data.count <= ClientLimits.fileBytes else {
            throw .usage("\(path) is larger than the limit of \(ClientLimits.fileBytes) bytes")
        }
        return Array(data)
    }

    static func text(_ path: String) throws(Failure) -> String {
        guard let text = String(validating: try bytes(path), as: UTF8.self) else {
            throw .usage("\(path) is not UTF-8 text")
        }
        return text
    }

    static func json(_ path: String) throws(Failure) -> JSON {
        let bytes = try bytes(path)
        do throws(JSONError) {
            return try JSON.parse(bytes)
        } catch {
            throw .usage("\(path) is not JSON: \(error)")
        }
    }
}
