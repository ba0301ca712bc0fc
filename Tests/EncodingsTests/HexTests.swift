import Encodings
import Testing

@Test func hexadecimalIsLowerCaseWithTwoDigitsAByte() {
    #expect(Hex.encode([0x00, 0x0F, 0xA0, 0xFF]) == "000fa0ff")
    #expect(Hex.encode([UInt8]()) == "")
}
