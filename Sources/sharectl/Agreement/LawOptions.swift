import ArgumentParser
import Foundation
import SharingClient
import SharingModel

/// The law that agreements are held against, and what is known of their parties without a site.
struct LawOptions: ParsableArguments {
    @Option(help: "The baseline; config/baseline.yaml if that is there.")
    var baseline: String?
    @Option(
        help: ArgumentHelp(
            "What a party is: nhs, council, education, police, voluntary or private. Repeat it for each party.",
            valueName: "AGENCY=KIND"))
    var kind: [String] = []

    private static let usualBaseline = "config/baseline.yaml"
    /// Kinds that are taken to be public authorities.
    private static let authorities: Set<AgencyKind> = [.nhs, .council, .education, .police]

    func parsedBaseline() throws -> Baseline {
        let file = try baselineFile()
        return try Baseline.parse(yaml: try InputFile.text(file), file: file)
    }

    /// What `--kind` says.
    func parties() throws -> [AgencyID: PartyFacts] {
        var parties: [AgencyID: PartyFacts] = [:]
        for text in listed(kind) {
            let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2, let kind = AgencyKind(rawValue: parts[1]) else {
                throw Failure.usage(
                    "`--kind` takes an agency and its kind, such as ods:RBS25=nhs; kinds: "
                        + AgencyKind.allCases.map(\.rawValue).joined(separator: ", "))
            }
            parties[try AgencyID(parts[0])] = PartyFacts(
                kind: kind, publicAuthority: Self.authorities.contains(kind))
        }
        return parties
    }

    /// Without one only the form could be looked at, and an agreement without any basis in law would seem to be sound.
    private func baselineFile() throws -> String {
        if let baseline { return baseline }
        guard FileManager.default.fileExists(atPath: Self.usualBaseline) else {
            throw Failure.usage(
                "there is no \(Self.usualBaseline) here, and without a baseline nobody can say what an agreement comes to; "
                    + "give the baseline with `--baseline FILE`")
        }
        return Self.usualBaseline
    }
}
