import COpenSSL

/// Why there is no timestamp, or none to rely on. Texts never repeat what an authority wrote.
package enum TimestampError: Error, Sendable, Hashable, CustomStringConvertible {
    case malformed
    case tooLarge
    /// PKIStatus of RFC 3161, section 2.4.2.
    case notGranted(status: Int)
    case otherImprint
    case otherNonce
    case certificateExpired
    case certificatePurpose
    case certificateUntrusted
    case signature
    case trustUnreadable
    /// Ours less the authority's.
    case clock(secondsApart: Int64)
    case libraryFailed
    case unreachable
    case timedOut
    case httpStatus(Int)

    init?(_ outcome: sharing_ts_outcome, status: Int32) {
        switch outcome {
        case SHARING_TS_GOOD: return nil
        case SHARING_TS_MALFORMED: self = .malformed
        case SHARING_TS_NOT_GRANTED: self = .notGranted(status: Int(status))
        case SHARING_TS_OTHER_IMPRINT: self = .otherImprint
        case SHARING_TS_OTHER_NONCE: self = .otherNonce
        case SHARING_TS_CERTIFICATE_EXPIRED: self = .certificateExpired
        case SHARING_TS_CERTIFICATE_PURPOSE: self = .certificatePurpose
        case SHARING_TS_CERTIFICATE_UNTRUSTED: self = .certificateUntrusted
        case SHARING_TS_SIGNATURE: self = .signature
        case SHARING_TS_TRUST_UNREADABLE: self = .trustUnreadable
        default: self = .libraryFailed
        }
    }

    /// Stable, for machines.
    package var code: String {
        switch self {
        case .malformed: "timestamp-malformed"
        case .tooLarge: "timestamp-too-large"
        case .notGranted: "timestamp-not-granted"
        case .otherImprint: "timestamp-other-imprint"
        case .otherNonce: "timestamp-other-nonce"
        case .certificateExpired: "timestamp-certificate-expired"
        case .certificatePurpose: "timestamp-certificate-purpose"
        case .certificateUntrusted: "timestamp-certificate-untrusted"
        case .signature: "timestamp-signature-invalid"
        case .trustUnreadable: "timestamp-trust-unreadable"
        case .clock: "timestamp-clock-apart"
        case .libraryFailed: "timestamp-library-failed"
        case .unreachable: "timestamp-authority-unreachable"
        case .timedOut: "timestamp-authority-silent"
        case .httpStatus: "timestamp-authority-refused"
        }
    }

    package var description: String {
        switch self {
        case .malformed: "expected the DER of a time-stamp response (RFC 3161)"
        case .tooLarge: "the response is larger than the limit of \(TimestampLimits.responseBytes) bytes"
        case .notGranted(let status): "the authority did not grant the timestamp; its status is \(status)"
        case .otherImprint: "the timestamp is over other bytes than these, or not over their SHA-256"
        case .otherNonce: "the response has not the request's nonce: it answers another request"
        case .certificateExpired: "the authority's certificates were not valid at the time that it states"
        case .certificatePurpose: "the authority's certificate is not one for time-stamping alone"
        case .certificateUntrusted:
            "the authority's certificate does not lead to one of those trusted; ask it which root to trust"
        case .signature:
            "the signature does not verify, is not by the certificate that it names, or uses a weak hash function"
        case .trustUnreadable:
            "no trusted certificates could be read; give a PEM file with the root of the time-stamping authority"
        case .clock(let seconds):
            "the authority's time is \(seconds.magnitude) s \(seconds < 0 ? "ahead of" : "behind") the site's clock; see to the clock"
        case .libraryFailed: "libcrypto failed; see to the machine's memory"
        case .unreachable: "the time-stamping authority cannot be reached; see to the URL and the network"
        case .timedOut: "the time-stamping authority did not answer within \(TimestampLimits.callSeconds) s"
        case .httpStatus(let status): "the time-stamping authority answered with HTTP status \(status)"
        }
    }
}
