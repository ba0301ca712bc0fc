extension DaemonConfiguration {
    /// The server's side of TLS, as PEM files.
    package struct TLS: Sendable, Equatable {
        /// What clients are asked for.
        package struct Clients: Sendable, Equatable {
            /// Roots that a client's certificate has to lead to.
            package let authorities: String
            /// Whether a client without one is turned away.
            package let isRequired: Bool

            package init(authorities: String, isRequired: Bool = false) {
                self.authorities = authorities
                self.isRequired = isRequired
            }
        }

        package let certificate: String
        package let key: String
        /// Nil where clients are asked for no certificate.
        package let clients: Clients?

        package init(certificate: String, key: String, clients: Clients? = nil) {
            self.certificate = certificate
            self.key = key
            self.clients = clients
        }
    }

    /// Reads `tls: {certificate, key, clients?, required?}`.
    static func tls(_ value: Any?) throws(ConfigurationError) -> TLS? {
        guard let value else { return nil }
        guard var members = value as? [String: Any] else { throw .badTLS }
        let required = members.removeValue(forKey: "required")
        guard let paths = members as? [String: String],
            Set(paths.keys).isSubset(of: ["certificate", "key", "clients"]),
            let certificate = paths["certificate"], let key = paths["key"]
        else { throw .badTLS }
        guard required == nil || (required is Bool && paths["clients"] != nil) else { throw .badTLS }
        return TLS(
            certificate: certificate, key: key,
            clients: paths["clients"].map {
                TLS.Clients(authorities: $0, isRequired: required as? Bool ?? false)
            })
    }
}
