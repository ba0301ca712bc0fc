import SharingModel

extension SharingEvent {
    /// A person's no, or a bar: it is recorded however many it concerns, and by whatever identifier.
    var saysNo: Bool {
        switch data {
        case .consentWithdrawn, .consentRefused, .objectionRaised, .subjectShielded, .courtOrderRecorded: true
        default: false
        }
    }

    /// Whether the site, not the author, says who is told: such an event is never refused for how many that are.
    var isToldByTheSite: Bool {
        switch data {
        case .subjectDeceased, .leadAssigned, .leadEnded: true
        default: false
        }
    }

    /// Whether it names somebody by a unique pupil number.
    var namesPupil: Bool { identifiers.contains { $0.scheme == .upn } }
}
