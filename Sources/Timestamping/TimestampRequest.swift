import COpenSSL
import Crypto

/// What an authority is asked: to state the time over a digest (RFC 3161, section 2.4.1), with its certificate in the answer.
package struct TimestampRequest: Sendable, Hashable {
    /// SHA-256 over what is stamped.
    package let digest: [UInt8]
    /// Random; the answer must repeat it, so that no old answer is taken for a new one.
    package let nonce: [UInt8]
    /// As it is sent: `application/timestamp-query`.
    package let bytes: [UInt8]

    /// - Parameter content: the bytes to be stamped. The authority sees their digest alone.
    /// - Throws: `TimestampError.libraryFailed`
    package init(over content: some Sequence<UInt8>) throws(TimestampError) {
        digest = TimestampResponse.digest(of: content)
        nonce = (0..<TimestampLimits.nonceBytes).map { _ in UInt8.random(in: .min ... .max) }
        var request = [UInt8](repeating: 0, count: Int(SHARING_TS_REQUEST_BYTES))
        let length = sharing_ts_request(digest, nonce, nonce.count, &request)
        guard length > 0 else { throw .libraryFailed }
        bytes = Array(request.prefix(length))
    }
}
