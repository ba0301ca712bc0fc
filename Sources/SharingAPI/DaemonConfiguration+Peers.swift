/// What the daemon is told about its lines to peers. Which peers there are is in the log.
package struct PeerSettings: Sendable, Equatable {
    /// PEM file with the roots that a peer's certificate has to lead to; nil for those of the system.
    package var authorities: String?
    /// PEM files with the certificate that is shown to peers that ask for one, and its key.
    package var certificate: String?
    package var key: String?

    package init(authorities: String? = nil, certificate: String? = nil, key: String? = nil) {
        self.authorities = authorities
        self.certificate = certificate
        self.key = key
    }
}

extension DaemonConfiguration {
    /// Reads `peers: {ca?, certificate?, key?}`.
    static func peers(_ value: Any?) throws(ConfigurationError) -> PeerSettings {
        guard let value else { return PeerSettings() }
        guard let members = value as? [String: Any], Set(members.keys).isSubset(of: ["ca", "certificate", "key"]) else {
            throw .badPeers("`peers` has the keys `ca`, `certificate` and `key`")
        }
        func path(_ name: String) throws(ConfigurationError) -> String? {
            guard let value = members[name] else { return nil }
            guard let path = value as? String else { throw .badPeers("`peers.\(name)` is the path of a PEM file") }
            return path
        }
        let settings = PeerSettings(
            authorities: try path("ca"), certificate: try path("certificate"), key: try path("key"))
        guard (settings.certificate == nil) == (settings.key == nil) else {
            throw .badPeers("`peers.certificate` and `peers.key` belong together; give both or neither")
        }
        return settings
    }
}
