import Encodings
import EventStore
import Foundation
import SharingModel

/// A key to announce, as `FILE` or `FILE:ROLE,ROLE`.
struct KeyFileArgument {
    let key: PublicKey
    let roles: [KeyRole]

    /// - Parameter argument: the file holds a public or a private JWK; of a private one only the public half is taken.
    init(_ argument: String) throws {
        if let colon = argument.lastIndex(of: ":"), !FileManager.default.fileExists(atPath: argument) {
            roles = try Self.roles(String(argument[argument.index(after: colon)...]))
            key = try Self.read(String(argument[..<colon]))
        } else {
            roles = [.agency]
            key = try Self.read(argument)
        }
    }

    static func roles(_ text: String) throws(Failure) -> [KeyRole] {
        let names = listed([text])
        let roles = names.compactMap(KeyRole.init)
        guard !roles.isEmpty, roles.count == names.count else {
            throw .usage("key roles are " + KeyRole.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return roles
    }

    static func read(_ path: String) throws -> PublicKey {
        var jwk = try InputFile.json(path).object ?? JSONObject()
        jwk["d"] = nil
        do throws(KeyError) {
            return try PublicKey(jwk: .object(jwk))
        } catch {
            throw Failure.usage("\(path): \(error)")
        }
    }

    /// As it stands in an event.
    var announcement: JSON { .object(["jwk": key.jwk, "roles": .strings(roles.map(\.rawValue))]) }
}
