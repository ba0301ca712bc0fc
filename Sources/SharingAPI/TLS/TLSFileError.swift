import EventStore

/// Why PEM files cannot be used for TLS. Nothing in a file is repeated.
package enum TLSFileError: CodedError, Hashable {
    case notReadable(path: String)
    case tooLarge(path: String)
    /// Others may read the private key.
    case tooOpen(path: String)
    case notCertificates(path: String)
    case notKey(path: String)
    /// A key that the libraries at the other end do not take.
    case otherKind(path: String)
    /// The key is not that of the first certificate.
    case notAPair(certificate: String, key: String)

    package var code: String {
        switch self {
        case .notReadable: "tls-file-not-readable"
        case .tooLarge: "tls-file-too-large"
        case .tooOpen: "tls-key-too-open"
        case .notCertificates: "tls-certificate-malformed"
        case .notKey: "tls-key-malformed"
        case .otherKind: "tls-key-kind"
        case .notAPair: "tls-pair-mismatch"
        }
    }

    package var description: String {
        switch self {
        case .notReadable(let path):
            "cannot read \(path); check that it is there, and that the daemon's user may read it"
        case .tooLarge(let path): "\(path) is larger than the limit of \(APILimits.tlsFileBytes) bytes for certificates"
        case .tooOpen(let path):
            "others may read \(path); run `chmod 600 \(path)`, and replace the key if they may have"
        case .notCertificates(let path): "\(path) holds no certificates; expected PEM, the own certificate first"
        case .notKey(let path): "\(path) holds no private key; expected PEM, not encrypted"
        case .otherKind(let path):
            "the certificate in \(path) has an Ed25519 key, which peers and sharectl do not take; make one with ECDSA P-256 or RSA"
        case .notAPair(let certificate, let key):
            "the key \(key) does not belong to the first certificate in \(certificate); give those that were made together"
        }
    }
}
