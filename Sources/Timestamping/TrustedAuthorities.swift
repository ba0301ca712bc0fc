import COpenSSL
import Foundation

/// The certificates that a time-stamping authority's must lead to: roots, with intermediate ones where the authority does not send them.
package struct TrustedAuthorities: Sendable, Hashable {
    let pem: [UInt8]
    /// How many certificates there are.
    package let count: Int

    /// - Throws: `TimestampError.trustUnreadable` if there is none, or one cannot be read.
    package init(pem: [UInt8]) throws(TimestampError) {
        guard pem.count <= TimestampLimits.trustBytes else { throw .trustUnreadable }
        count = sharing_ts_certificates(pem, pem.count)
        guard count > 0 else { throw .trustUnreadable }
        self.pem = pem
    }

    /// Reads a PEM file.
    package init(file path: String) throws(TimestampError) {
        guard let data = try? Data(contentsOf: URL(filePath: path)) else { throw .trustUnreadable }
        try self.init(pem: Array(data))
    }
}
