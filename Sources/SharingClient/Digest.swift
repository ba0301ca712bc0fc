import Crypto
import Encodings

/// SHA-256 as events name documents and deliveries by: base64url without padding.
package func digestText(of bytes: [UInt8]) -> String { Base64.url.encode(Array(SHA256.hash(data: bytes))) }
