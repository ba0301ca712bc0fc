/// Looks a site over: runs every check on its data folder, beside a running daemon or without one, and changes nothing.
package enum Doctor {
    /// Every check, in the order in which findings are shown: what the others rest on comes first.
    package static let checks: [any DoctorCheck] = [
        FilesCheck(), KeysCheck(), LogCheck(), CheckpointCheck(), VaultCheck(), ProjectionsCheck(), EnrolmentCheck(),
        RevokedCheck(), AgreementsCheck(), ClockCheck(), DiskCheck(), RecoveryCheck(), BackupCheck(), EvidenceCheck(),
        WitnessesCheck(), PeersCheck(), PolicyCheck(),
        TimestampsCheck(),
    ]

    /// What every check says. One that cannot look hides no other's finding.
    package static func examine(_ site: ExaminedSite, checks: [any DoctorCheck] = Self.checks) -> [DoctorFinding] {
        checks.flatMap { check in
            do {
                return try check.examine(site)
            } catch let error as NotExamined {
                return [check.warning("not looked at: \(error.reason)", do: error.remedy)]
            } catch {
                return [check.trouble("could not look: \(error)", do: "mend that, and run this again")]
            }
        }
    }
}

/// What kept a check from looking, where another check says why.
struct NotExamined: Error {
    let reason: String
    let remedy: String
}
