package import EventStore
import Foundation

/// A witness that this site asks for cosignatures.
package struct AskedWitness: Sendable, Equatable {
    /// For logs and metrics: 1 to 64 letters, digits, dots, hyphens and underlines.
    package let name: String
    /// The submission prefix (tlog-witness), without trailing slash.
    package let url: String
    /// Of its cosignatures.
    package let key: VerifierKey

    /// - Throws: `ConfigurationError.badWitness`
    init(name: String, url: String, key text: String) throws(ConfigurationError) {
        let isName =
            (1...64).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                switch UnicodeScalar(byte) {
                case "a"..."z", "A"..."Z", "0"..."9", ".", "-", "_": true
                default: false
                }
            }
        guard isName else {
            throw .badWitness("a witness's `name` has 1 to 64 letters, digits, dots, hyphens and underlines")
        }
        do throws(NoteError) {
            key = try VerifierKey(parsing: text)
        } catch {
            throw .badWitness("the key of witness `\(name)`: \(error)")
        }
        guard key.kind == .cosignature else {
            throw .badWitness(
                "the key of witness `\(name)` is a log's; give that of its cosignatures (`/witness/vkey`)")
        }
        self.name = name
        self.url = try Self.prefix(url, of: name)
    }

    /// TLS, or this very machine: a cosignature needs no secrecy, but who asks whom is nobody else's business.
    private static func prefix(_ url: String, of name: String) throws(ConfigurationError) -> String {
        let parts = URLComponents(string: url)
        guard let scheme = parts?.scheme?.lowercased(), let host = parts?.host, !host.isEmpty, parts?.query == nil,
            parts?.fragment == nil, parts?.user == nil, scheme == "https" || scheme == "http"
        else { throw .badWitness("the `url` of witness `\(name)` is its submission prefix, https://… without query") }
        let bare = host.trimmingCharacters(in: ["[", "]"])
        guard scheme == "https" || DaemonConfiguration.Address(host: bare, port: 0).isLoopback else {
            throw .badWitness("the `url` of witness `\(name)`: plain http is for this machine only, use https")
        }
        var url = url
        while url.hasSuffix("/") { url.removeLast() }
        return url
    }
}

extension DaemonConfiguration {
    /// Reads `witnesses: [{name, url, key}]`.
    static func witnesses(_ value: Any?) throws(ConfigurationError) -> [AskedWitness] {
        guard let value else { return [] }
        guard let entries = value as? [[String: String]] else { throw .badWitness(Self.form) }
        guard entries.count <= APILimits.witnesses else {
            throw .badWitness("a site asks at most \(APILimits.witnesses) witnesses")
        }
        var witnesses: [AskedWitness] = []
        for entry in entries {
            guard Set(entry.keys) == ["name", "url", "key"], let name = entry["name"], let url = entry["url"],
                let key = entry["key"]
            else { throw .badWitness(Self.form) }
            let witness = try AskedWitness(name: name, url: url, key: key)
            guard !witnesses.contains(where: { $0.name == name || $0.key.publicKey == witness.key.publicKey }) else {
                throw .badWitness("two of the `witnesses` have the same name or the same key")
            }
            witnesses.append(witness)
        }
        return witnesses
    }

    private static let form = "`witnesses` is a list of {name, url, key}, all texts"

    /// The policy that says when a checkpoint is trusted; nil where none is configured.
    /// - Throws: `ConfigurationError.badPolicy` for a file that cannot be read or is none.
    package func loadPolicy() throws(ConfigurationError) -> TlogPolicy? {
        guard let policy else { return nil }
        guard let bytes = FileManager.default.contents(atPath: policy) else {
            throw .badPolicy("cannot read the policy \(policy)")
        }
        do throws(TlogPolicyError) {
            return try TlogPolicy(parsing: Array(bytes))
        } catch {
            throw .badPolicy("\(policy): \(error)")
        }
    }
}
