import ArgumentParser
import SharingModel

// The steps that differ in nothing but their verb (DOMAIN section 3).

struct ReferralReceive: ReferralStep {
    static let verb = ReferralVerb.received
    static let configuration = about(
        "receive", "Say that a referral has arrived.", "By the recipient; the first step of all.")
    @OptionGroup var step: ReferralStepOptions
}

struct ReferralAcknowledge: ReferralStep {
    static let verb = ReferralVerb.acknowledged
    static let configuration = about(
        "acknowledge", "Tell the referrer that somebody is on it.",
        "By the recipient. Stops the acknowledgement clock, moves nothing.")
    @OptionGroup var step: ReferralStepOptions
}

struct ReferralTriage: ReferralStep {
    static let verb = ReferralVerb.triaged
    static let configuration = about("triage", "Say that a referral has been triaged.", "By the recipient. Optional.")
    @OptionGroup var step: ReferralStepOptions
}

struct ReferralRequestInfo: ReferralStep {
    static let verb = ReferralVerb.infoRequested
    static let configuration = about(
        "request-info", "Ask the referrer for more.",
        "By the recipient. A silent referrer blocks nobody: it can be decided meanwhile.",
        extra: " --reason \"which school?\"")
    @OptionGroup var step: ReferralStepOptions
}

struct ReferralAccept: ReferralStep {
    static let verb = ReferralVerb.accepted
    static let configuration = about("accept", "Accept a referral.", "By the recipient.")
    @OptionGroup var step: ReferralStepOptions
}

struct ReferralDecline: ReferralStep {
    static let verb = ReferralVerb.declined
    static let configuration = about(
        "decline", "Decline a referral.", "By the recipient, with a reason.", extra: " --reason \"below threshold\"")
    @OptionGroup var step: ReferralStepOptions
}

struct ReferralEscalate: ReferralStep {
    static let verb = ReferralVerb.escalated
    static let configuration = about("escalate", "Flag a referral for attention.", "By the recipient. Moves nothing.")
    @OptionGroup var step: ReferralStepOptions
}

struct ReferralClose: ReferralStep {
    static let verb = ReferralVerb.closed
    static let configuration = about(
        "close", "Close an accepted referral.", "By the recipient, with a reason.",
        extra: " --reason \"plan completed\"")
    @OptionGroup var step: ReferralStepOptions
}

struct ReferralReopen: ReferralStep {
    static let verb = ReferralVerb.reopened
    static let configuration = about("reopen", "Reopen a closed or declined referral.", "By the recipient.")
    @OptionGroup var step: ReferralStepOptions
}

struct ReferralWithdraw: ReferralStep {
    static let verb = ReferralVerb.withdrawn
    static let configuration = about(
        "withdraw", "Withdraw your own referral.",
        "By the referrer, with a reason. For safeguarding purposes it is a note only: the recipient decides.",
        extra: " --reason \"sent in error\"")
    @OptionGroup var step: ReferralStepOptions
}
