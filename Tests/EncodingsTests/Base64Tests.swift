import Encodings
import Foundation
import Support
import Testing

@Suite struct Base64Tests {
    @Test(
        "the vectors of RFC 4648",
        arguments: [
            ("", "", ""), ("f", "Zg==", "Zg"), ("fo", "Zm8=", "Zm8"), ("foo", "Zm9v", "Zm9v"),
            ("foob", "Zm9vYg==", "Zm9vYg"),
            ("fooba", "Zm9vYmE=", "Zm9vYmE"), ("foobar", "Zm9vYmFy", "Zm9vYmFy"), ("\u{FB}\u{3F}", "w7s/", "w7s_"),
        ])
    func vectors(plain: String, standard: String, url: String) {
        #expect(Base64.standard.encode(Array(plain.utf8)) == standard)
        #expect(Base64.url.encode(Array(plain.utf8)) == url)
        #expect(Base64.standard.decode(standard) == Array(plain.utf8))
        #expect(Base64.url.decode(url) == Array(plain.utf8))
    }

    @Test(
        "another spelling of the same bytes is refused",
        arguments: [
            "Zh", "Zm9", "Zg==", "Zg=", "Z", "Zm9vY", "Zm9v\n", " Zm9v", "Zm+v", "Zm/v", "Zm9v=", "Zm9vé", "A", "_x",
        ])
    func urlRefused(text: String) { #expect(Base64.url.decode(text) == nil) }

    @Test(
        "padding must be there, whole and at the end, and unused bits must be zero",
        arguments: [
            "Zg", "Zg=", "Zh==", "Zm8", "Zm9=", "=", "==", "====", "A===", "Zg==Zg==", "Zm-v", "Zm_v", "Zm9v====",
            "Zm9v\r\n",
        ])
    func standardRefused(text: String) { #expect(Base64.standard.decode(text) == nil) }

    @Test("any bytes come back, and Foundation spells them the same", arguments: 0..<66)
    func roundTrip(count: Int) {
        var generator = SeededGenerator(seed: UInt64(count))
        let bytes = generator.bytes(count)
        #expect(Base64.standard.encode(bytes) == Data(bytes).base64EncodedString())
        #expect(Base64.standard.decode(Base64.standard.encode(bytes)) == bytes)
        #expect(Base64.url.decode(Base64.url.encode(bytes)) == bytes)
        #expect(Base64.url.encode(bytes[...]) == Base64.url.encode(bytes))
    }

    @Test("every text of three characters has one meaning or none")
    func canonical() {
        let alphabet = Array("AQgwBEZz09-_=+/".utf8)
        for first in alphabet {
            for second in alphabet {
                for third in alphabet {
                    let text = [first, second, third]
                    if let bytes = Base64.url.decode(text) { #expect(Base64.url.encodeToBytes(bytes) == text) }
                }
            }
        }
    }
}
