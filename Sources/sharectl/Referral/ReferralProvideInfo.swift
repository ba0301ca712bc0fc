import ArgumentParser
import SharingModel

struct ReferralProvideInfo: ReferralStep {
    static let verb = ReferralVerb.infoProvided
    static let configuration = about(
        "provide-info", "Answer the recipient's question.",
        "By the referrer. What is given is decided like the referral itself.",
        extra: " --item education.attendance=@attendance.txt")

    @OptionGroup var step: ReferralStepOptions
    @OptionGroup(title: "Content") var content: ContentOptions

    func run() async throws { try await step.take(Self.verb, content: content.read()) }
}
