package import Encodings
package import EventStore
package import SharingModel

/// What a revoked key signed when it was not to be trusted any more (DESIGN section 5): counted by type, no person named.
package struct RevokedKeyReport: Sendable, Hashable {
    package let kid: Thumbprint
    package let agency: AgencyID
    /// From when on it is not to be trusted.
    package let since: Instant
    /// Events that no longer permit anything, by type: consents, agreements' signatures, enrolments.
    package let noLonger: [String: Int64]
    /// Events that keep counting, by type: a no stays a no, and what happened happened.
    package let stillCount: [String: Int64]
    /// Decisions that released something and rest on one of those that no longer permit. They stand; somebody should look at them.
    package let decisions: Int64

    /// What is trusted because of who signed it, and so falls with the key.
    static let permitting: Set<EventType> = [
        .consentGiven, .agreementSigned, .agencyRegistered, .keyEnrolled,
    ]

    /// One for each revoked key that signed anything from then on, those included that fell with the key that enrolled them.
    /// - Parameters:
    ///   - report: of a verification with this authority.
    ///   - decisions: how many decisions rest on what a key signed from a moment on.
    package static func rows(
        _ authority: LogAuthority, _ report: VerificationReport,
        decisions: (Thumbprint, Instant) throws -> Int64
    ) rethrows -> [RevokedKeyReport] {
        let permitting = Set(permitting.map(\.rawValue))
        return try authority.distrusted.compactMap { kid, key, since in
            guard let types = report.underDistrustedKeys[kid] else { return nil }
            return RevokedKeyReport(
                kid: kid, agency: key.agency, since: since, noLonger: types.filter { permitting.contains($0.key) },
                stillCount: types.filter { !permitting.contains($0.key) }, decisions: try decisions(kid, since))
        }
    }
}
