import COpenSSL
import Crypto
package import Encodings

/// An authority's answer as it came, not yet believed. It is evidence: its bytes are kept as they are.
package struct TimestampResponse: Sendable, Hashable {
    /// DER of a TimeStampResp (RFC 3161, section 2.4.2): `application/timestamp-reply`.
    package let bytes: [UInt8]

    /// - Throws: `TimestampError.tooLarge`
    package init(_ bytes: [UInt8]) throws(TimestampError) {
        guard bytes.count <= TimestampLimits.responseBytes else { throw .tooLarge }
        self.bytes = bytes
    }

    /// SHA-256 over what is stamped.
    package static func digest(of content: some Sequence<UInt8>) -> [UInt8] {
        Array(SHA256.hash(data: Array(content)))
    }

    /// What the response says over this digest. The signature is not checked: nothing vouches for it.
    /// - Throws: `TimestampError` where it is no granted response over this very digest.
    package func claims(over digest: [UInt8]) throws(TimestampError) -> TimestampClaims {
        try check(digest, nonce: nil, trusted: nil)
    }

    /// Verifies that a trusted authority stated a time over this digest: granted, this imprint, this nonce, a signature by a certificate
    /// for time-stamping alone that leads to one of those trusted, all valid at the time stated.
    ///
    /// Revocation of the authority's certificate is not looked up.
    /// - Parameter nonce: the request's; nil for a response that was verified with its nonce when it came.
    package func verified(
        over digest: [UInt8], nonce: [UInt8]?, by trusted: TrustedAuthorities
    ) throws(TimestampError) -> VerifiedTimestamp {
        VerifiedTimestamp(response: self, claims: try check(digest, nonce: nonce, trusted: trusted))
    }

    private func check(
        _ digest: [UInt8], nonce: [UInt8]?, trusted: TrustedAuthorities?
    ) throws(TimestampError) -> TimestampClaims {
        guard digest.count == Int(SHARING_TS_DIGEST_BYTES) else { throw .otherImprint }
        // Nothing to compare with would be taken for nothing to be compared.
        guard nonce?.isEmpty != true else { throw .otherNonce }
        var stamp = sharing_ts_stamp()
        // An optional array becomes a null pointer where it is nil.
        let outcome = Self.withOptional(nonce) { nonce, nonceLength in
            Self.withOptional(trusted?.pem) { pem, pemLength in
                sharing_ts_check(bytes, bytes.count, digest, nonce, nonceLength, pem, pemLength, &stamp)
            }
        }
        if let error = TimestampError(outcome, status: stamp.pki_status) { throw error }
        return TimestampClaims(stamp)
    }

    private static func withOptional<Result>(
        _ bytes: [UInt8]?, _ body: (UnsafePointer<UInt8>?, Int) -> Result
    ) -> Result {
        guard let bytes else { return body(nil, 0) }
        return bytes.withUnsafeBufferPointer { body($0.baseAddress, $0.count) }
    }
}

/// What an authority states.
package struct TimestampClaims: Sendable, Hashable {
    /// To the second; the fraction is cut off.
    package let time: Instant
    /// How far the time may be off, in microseconds; nil where the authority does not say.
    package let accuracyMicroseconds: Int64?
    /// The policy under which it was stated, an object identifier in dots.
    package let policy: String
    /// Lower-case hexadecimal.
    package let serial: String
    /// The subject of the authority's certificate as RFC 2253 writes it; empty where the response has no certificate.
    package let authority: String

    init(_ stamp: sharing_ts_stamp) {
        time = Instant(seconds: stamp.time_seconds)
        accuracyMicroseconds = stamp.accuracy_micros < 0 ? nil : stamp.accuracy_micros
        policy = Self.text(stamp.policy)
        authority = Self.text(stamp.authority)
        serial = withUnsafeBytes(of: stamp.serial) { Hex.encode($0.prefix(stamp.serial_length)) }
    }

    /// The text in a C array, up to its zero byte.
    private static func text(_ characters: some BitwiseCopyable) -> String {
        withUnsafeBytes(of: characters) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}

/// A time that a trusted authority stated over a digest. Made by `TimestampResponse.verified`, nothing else.
package struct VerifiedTimestamp: Sendable, Hashable {
    package let response: TimestampResponse
    package let claims: TimestampClaims

    fileprivate init(response: TimestampResponse, claims: TimestampClaims) {
        self.response = response
        self.claims = claims
    }

    /// Holds the time stated against a clock.
    /// - Throws: `TimestampError.clock` where they are further apart than the tolerance and the stated accuracy.
    package func isSane(at now: Instant) throws(TimestampError) {
        let apart = now.milliseconds.subtractingReportingOverflow(claims.time.milliseconds)
        let allowed = TimestampLimits.clockToleranceSeconds * 1000 + (claims.accuracyMicroseconds ?? 0) / 1000
        guard !apart.overflow, apart.partialValue.magnitude <= UInt64(allowed) else {
            throw .clock(secondsApart: apart.overflow ? .max : apart.partialValue / 1000)
        }
    }
}
