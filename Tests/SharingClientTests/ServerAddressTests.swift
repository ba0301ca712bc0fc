import SharingClient
import Testing

@Suite struct ServerAddressTests {
    @Test(arguments: [
        "https://sharing.example", "https://sharing.example:8443/site/", "http://127.0.0.1:8420",
        "http://localhost:8420",
        "http://[::1]:8420", "http://127.8.9.1",
    ])
    func anAddressIsTaken(_ text: String) throws {
        #expect(try !ServerAddress(text).description.hasSuffix("/"))
    }

    @Test(arguments: [
        "http://10.0.0.1:8420", "http://sharing.example", "http://127.0.0.1.evil.example", "sharing.example",
        "ftp://127.0.0.1",
        "https://user@sharing.example", "https://sharing.example?x=1", "", "https://",
    ])
    func anAddressIsRefused(_ text: String) {
        #expect(throws: ClientError.self) { try ServerAddress(text) }
    }

    @Test func segmentsAreEncodedWhole() {
        #expect(ServerAddress.encoded("a/b c&d=é") == "a%2Fb%20c%26d%3D%C3%A9")
    }
}
