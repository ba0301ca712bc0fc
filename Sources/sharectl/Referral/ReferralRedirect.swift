import ArgumentParser
import SharingModel

struct ReferralRedirect: ReferralStep {
    static let verb = ReferralVerb.redirected
    static let configuration = about(
        "redirect", "Pass a referral on to the agency it belongs to.",
        "By the recipient, with a reason. The new recipient is decided upon like the first.",
        extra: " --to urn:104714 --reason \"other area\"")

    @OptionGroup var step: ReferralStepOptions
    @Option(help: "The new recipient.")
    var to: String

    func run() async throws { try await step.take(Self.verb, to: AgencyID(to)) }
}
