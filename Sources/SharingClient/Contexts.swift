import Encodings
package import EventStore
import Foundation
import Yams

/// Named sets of server, key and agency that a person works with: `contexts.yaml`, mode 0600, in the user's configuration folder.
package struct Contexts: Sendable, Hashable {
    /// One of them. Everything may be given otherwise, so everything may be missing.
    package struct Context: Sendable, Hashable, Codable {
        package var server: String?
        /// Path of the private key's file; the key itself is never in here.
        package var key: String?
        /// The agency one acts for.
        package var agency: String?
        /// Pins the log.
        package var vkey: String?
        /// Who sits here: their identifier at the agency, and what they do there.
        package var actor: String?
        package var role: String?
        /// Paths of PEM files: who vouches for the site's certificate, and what it is shown.
        package var ca: String?
        package var certificate: String?
        package var certificateKey: String?

        package init(
            server: String? = nil, key: String? = nil, agency: String? = nil, vkey: String? = nil,
            actor: String? = nil, role: String? = nil, ca: String? = nil, certificate: String? = nil,
            certificateKey: String? = nil
        ) {
            self.server = server
            self.key = key
            self.agency = agency
            self.vkey = vkey
            self.actor = actor
            self.role = role
            self.ca = ca
            self.certificate = certificate
            self.certificateKey = certificateKey
        }

        /// Spelt as the options are.
        private enum CodingKeys: String, CodingKey {
            case server, key, vkey, actor, role, ca, certificate
            case agency = "as"
            case certificateKey = "certificate-key"
        }

        /// With what is given in another in place of its own.
        package func overlaid(by other: Context) -> Context {
            Context(
                server: other.server ?? server, key: other.key ?? key, agency: other.agency ?? agency,
                vkey: other.vkey ?? vkey, actor: other.actor ?? actor, role: other.role ?? role, ca: other.ca ?? ca,
                certificate: other.certificate ?? certificate, certificateKey: other.certificateKey ?? certificateKey)
        }
    }

    /// The name of the one in use.
    package var current: String?
    package var named: [String: Context]

    package init(current: String? = nil, named: [String: Context] = [:]) {
        self.current = current
        self.named = named
    }

    /// Where they are kept: `$XDG_CONFIG_HOME/sharectl/contexts.yaml`, by default under `~/.config`.
    package static func path(environment: [String: String]) -> String {
        let home = environment["HOME"] ?? "."
        let base = environment["XDG_CONFIG_HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? home + "/.config"
        return base + "/sharectl/contexts.yaml"
    }

    /// Reads them; no file means none.
    /// - Throws: `ContextError`
    package static func load(from path: String) throws(ContextError) -> Contexts {
        guard FileManager.default.fileExists(atPath: path) else { return Contexts() }
        let text: String
        do throws(KeyFileError) {
            text = try KeyFile.read(path)
        } catch {
            throw .file(error)
        }
        do {
            let file = try YAMLDecoder().decode(FileContent.self, from: text)
            return Contexts(current: file.current, named: file.contexts ?? [:])
        } catch {
            throw .malformed(path: path)
        }
    }

    /// Writes them, readable for their owner only. The old file stays whole until the new one is.
    /// - Throws: `ContextError`
    package func save(to path: String) throws(ContextError) {
        let folder = (path as NSString).deletingLastPathComponent
        let fresh = path + ".new"
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            let encoder = YAMLEncoder()
            encoder.options.sortKeys = true
            let text = try encoder.encode(FileContent(current: current, contexts: named))
            try? FileManager.default.removeItem(atPath: fresh)
            try KeyFile.write(text, to: fresh)
            guard rename(fresh, path) == 0 else { throw ContextError.notWritable(path: path) }
        } catch {
            throw .notWritable(path: path)
        }
    }

    private struct FileContent: Codable {
        let current: String?
        let contexts: [String: Context]?
    }
}

/// Why contexts cannot be used.
package enum ContextError: Error, Sendable, Hashable, CustomStringConvertible {
    case file(KeyFileError)
    case malformed(path: String)
    case notWritable(path: String)
    case unknown(name: String)

    package var description: String {
        switch self {
        case .file(let error): error.description
        case .malformed(let path):
            "\(path) is not a file of contexts; expected `current: NAME` and `contexts:` with server, key, as, vkey, actor, role, ca, certificate, certificate-key"
        case .notWritable(let path): "cannot write \(path); check the folder's owner and mode, and room on the disk"
        case .unknown(let name): "there is no context `\(name)`; `sharectl context list` shows those there are"
        }
    }
}
