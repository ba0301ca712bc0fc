import Crypto
import Encodings

/// SHA-256 of a document's bytes, as events name it: base64url without padding (DOMAIN section 2).
package enum Digest {
    package static func base64url(of document: String) -> String {
        Base64.url.encode(Array(SHA256.hash(data: Array(document.utf8))))
    }
}
