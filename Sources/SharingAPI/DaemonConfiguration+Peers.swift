import SharingService

/// What the daemon is told about its lines to peers. Which peers there are is in the log.
package struct PeerSettings: Sendable, Equatable {
    /// PEM file with the roots that a peer's certificate has to lead to; nil for those of the system.
    package var authorities: String?
    /// PEM files with the certificate that is shown to peers that ask for one, and its key.
    package var certificate: String?
    package var key: String?
    /// How long a question may take to be answered, in seconds.
    package var answerSeconds = ServiceLimits.peerAnswerSeconds
    /// How old what is known of a peer with a line may be for the site to be ready, in seconds; nil for any age.
    package var notReadyAfterSeconds: Int64?

    package init(authorities: String? = nil, certificate: String? = nil, key: String? = nil) {
        self.authorities = authorities
        self.certificate = certificate
        self.key = key
    }
}

extension DaemonConfiguration {
    /// Reads `peers: {ca?, certificate?, key?, answerWithin?, notReadyAfter?}`; the last two are seconds.
    static func peers(_ value: Any?) throws(ConfigurationError) -> PeerSettings {
        guard let value else { return PeerSettings() }
        let keys: Set = ["ca", "certificate", "key", "answerWithin", "notReadyAfter"]
        guard let members = value as? [String: Any], Set(members.keys).isSubset(of: keys) else {
            throw .badPeers("`peers` has the keys `ca`, `certificate`, `key`, `answerWithin` and `notReadyAfter`")
        }
        func seconds(_ name: String, _ range: ClosedRange<Int>) throws(ConfigurationError) -> Int64? {
            guard let value = members[name] else { return nil }
            guard let seconds = value as? Int, range.contains(seconds) else {
                throw .badPeers(
                    "`peers.\(name)` is a number of seconds from \(range.lowerBound) to \(range.upperBound)")
            }
            return Int64(seconds)
        }
        func path(_ name: String) throws(ConfigurationError) -> String? {
            guard let value = members[name] else { return nil }
            guard let path = value as? String else { throw .badPeers("`peers.\(name)` is the path of a PEM file") }
            return path
        }
        var settings = PeerSettings(
            authorities: try path("ca"), certificate: try path("certificate"), key: try path("key"))
        guard (settings.certificate == nil) == (settings.key == nil) else {
            throw .badPeers("`peers.certificate` and `peers.key` belong together; give both or neither")
        }
        if let answer = try seconds("answerWithin", 2...600) { settings.answerSeconds = answer }
        settings.notReadyAfterSeconds = try seconds("notReadyAfter", 60...31_536_000)
        return settings
    }
}
