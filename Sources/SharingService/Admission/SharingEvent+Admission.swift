import SharingModel

extension SharingEvent {
    /// A person's no, or a bar: it is recorded however many it concerns, and by whatever identifier.
    var saysNo: Bool {
        switch data {
        case .consentWithdrawn, .consentRefused, .objectionRaised, .subjectShielded, .courtOrderRecorded: true
        default: false
        }
    }

    /// Whether it names somebody by a unique pupil number.
    var namesPupil: Bool { identifiers.contains { $0.scheme == .upn } }
}
