import Foundation

/// Where a site listens: `https://sharing.example`, or plain HTTP on this very machine.
package struct ServerAddress: Sendable, Hashable, CustomStringConvertible {
    /// Without trailing slash.
    package let description: String

    /// - Throws: `ClientError.badServer`; plain HTTP to another machine is refused, because tokens and events would be readable on the way.
    package init(_ text: String) throws(ClientError) {
        guard let parts = URLComponents(string: text), let scheme = parts.scheme?.lowercased(),
            let host = parts.host, !host.isEmpty
        else { throw .badServer(reason: "expected a URL, such as https://sharing.example or http://127.0.0.1:8420") }
        guard parts.user == nil, parts.query == nil, parts.fragment == nil else {
            throw .badServer(reason: "it must have no user, query or fragment")
        }
        guard scheme == "https" || scheme == "http" else {
            throw .badServer(reason: "its scheme must be https or http")
        }
        guard scheme == "https" || Self.isLoopback(host) else {
            throw .badServer(reason: "plain http is for this machine only; use https")
        }
        var text = text
        while text.hasSuffix("/") { text.removeLast() }
        description = text
    }

    private static func isLoopback(_ host: String) -> Bool {
        let host = host.trimmingCharacters(in: ["[", "]"])
        return host == "localhost" || host == "::1"
            || (host.hasPrefix("127.") && host.allSatisfy { $0.isNumber || $0 == "." })
    }

    /// The URL of a call. Names and values are percent-encoded.
    func url(_ path: String, query: [(name: String, value: String)]) -> String {
        let pairs = query.map { Self.encoded($0.name) + "=" + Self.encoded($0.value) }
        return description + path + (pairs.isEmpty ? "" : "?" + pairs.joined(separator: "&"))
    }

    /// A text as one segment of a path or one value of a query.
    package static func encoded(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: unreserved) ?? ""
    }

    /// RFC 3986 §2.3.
    private static let unreserved = CharacterSet(
        charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
}
