import ArgumentParser
import SharingService
import Timestamping

/// Which time-stamping authorities to believe.
struct TrustOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "PEM file with the root that the time-stamping authority's certificate leads to; without it timestamps' signatures are not checked.",
            valueName: "FILE"))
    var tsaCa: String?

    /// - Throws: `Failure` where the file cannot be read.
    func trusted() throws -> TrustedAuthorities? {
        guard let tsaCa else { return nil }
        do throws(TimestampError) {
            return try TrustedAuthorities(file: tsaCa)
        } catch {
            throw Failure.usage("\(tsaCa): \(error)")
        }
    }
}

extension TimestampCheck.Account {
    /// What was seen, in a line for people.
    var line: String {
        var text = "timestamps   \(count)"
        if let newest { text += ", the newest over size \(newest.size), of \(newest.claims.time)" }
        return text + (areAuthenticated ? "" : "; signatures not checked: give `--tsa-ca`")
    }
}
