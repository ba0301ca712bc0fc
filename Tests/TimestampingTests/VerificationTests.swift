import Encodings
import Foundation
import Support
import Testing
import Timestamping

/// What is believed of an authority's answer, and what is not. The authority is `openssl ts`.
@Suite struct VerificationTests {
    private let note = Array("log.example.org/site\n7\nroot\n".utf8)

    private func trusted(_ authority: TestAuthority) throws -> TrustedAuthorities {
        try TrustedAuthorities(file: authority.root)
    }

    /// A request and the answer to it.
    private func exchange(
        _ authority: TestAuthority
    ) async throws -> (request: TimestampRequest, response: TimestampResponse) {
        let request = try TimestampRequest(over: note)
        return (request, try TimestampResponse(try await authority.reply(to: request.bytes)))
    }

    private func error(
        _ response: TimestampResponse, over digest: [UInt8], nonce: [UInt8]?, by trusted: TrustedAuthorities
    ) -> TimestampError? {
        do throws(TimestampError) {
            _ = try response.verified(over: digest, nonce: nonce, by: trusted)
            return nil
        } catch {
            return error
        }
    }

    @Test func `a granted timestamp is believed, and says when, how exactly, by whom and under which policy`()
        async throws
    {
        let authority = try await TestAuthority()
        let before = Int64(Date().timeIntervalSince1970)
        let (request, response) = try await exchange(authority)
        let stamp = try response.verified(over: request.digest, nonce: request.nonce, by: try trusted(authority))
        #expect((before...Int64(Date().timeIntervalSince1970) + 1).contains(stamp.claims.time.seconds))
        #expect(stamp.claims.accuracyMicroseconds == 1_500_000)
        #expect(stamp.claims.policy == "1.2.3.4.1")
        #expect(stamp.claims.authority == "CN=Test authority\\, good")
        #expect(!stamp.claims.serial.isEmpty)
        #expect(try response.claims(over: request.digest) == stamp.claims)
        #expect(try response.verified(over: request.digest, nonce: nil, by: try trusted(authority)) == stamp)
    }

    @Test func `a request is one of SHA-256 with a nonce and certReq, and no two have one nonce`() async throws {
        let folder = try TemporaryFolder()
        let (first, second) = (try TimestampRequest(over: note), try TimestampRequest(over: note))
        #expect(first.nonce.count == 16)
        #expect(first.nonce != second.nonce)
        try Data(first.bytes).write(to: folder.url.appending(path: "q"))
        let shown = try await TestAuthority.openssl(["ts", "-query", "-in", "q", "-text"], in: folder.url.path).text
        #expect(shown.contains("Hash Algorithm: sha256"))
        #expect(shown.contains("Certificate required: yes"))
        #expect(shown.contains("Nonce: 0x"))
    }

    @Test func `a rejection is no timestamp`() async throws {
        let authority = try await TestAuthority()
        authority.grants = false
        let (request, response) = try await exchange(authority)
        let error = error(response, over: request.digest, nonce: request.nonce, by: try trusted(authority))
        #expect(error == .notGranted(status: 2))
    }

    @Test func `an answer to another request, or over another imprint, is not believed`() async throws {
        let authority = try await TestAuthority()
        let (request, response) = try await exchange(authority)
        let (other, _) = try await exchange(authority)
        let trusted = try trusted(authority)
        #expect(error(response, over: request.digest, nonce: other.nonce, by: trusted) == .otherNonce)
        #expect(error(response, over: request.digest, nonce: [], by: trusted) == .otherNonce)
        let changed = TimestampResponse.digest(of: note + [0x0A])
        #expect(error(response, over: changed, nonce: request.nonce, by: trusted) == .otherImprint)
        #expect(error(response, over: [], nonce: request.nonce, by: trusted) == .otherImprint)
        #expect(throws: TimestampError.otherImprint) { try response.claims(over: changed) }
    }

    @Test func `an authority that is not trusted is not believed`() async throws {
        let (authority, stranger) = (try await TestAuthority(), try await TestAuthority())
        let (request, response) = try await exchange(stranger)
        let error = error(response, over: request.digest, nonce: request.nonce, by: try trusted(authority))
        #expect(error == .certificateUntrusted)
    }

    @Test(arguments: [
        (TestAuthority.Certificate.expired, TimestampError.certificateExpired),
        (.otherPurpose, .certificatePurpose),
    ])
    func `a certificate that has expired, or is for something else, is not believed`(
        _ certificate: TestAuthority.Certificate, _ expected: TimestampError
    ) async throws {
        let authority = try await TestAuthority()
        authority.certificate = certificate
        let (request, response) = try await exchange(authority)
        #expect(error(response, over: request.digest, nonce: request.nonce, by: try trusted(authority)) == expected)
    }

    @Test
    func `no byte of a response can be lost or added, and no random change crashes or is believed over another digest`()
        async throws
    {
        let authority = try await TestAuthority()
        let (request, response) = try await exchange(authority)
        let trusted = try trusted(authority)
        for length in 0..<response.bytes.count {
            let cut = try TimestampResponse(Array(response.bytes.prefix(length)))
            #expect(error(cut, over: request.digest, nonce: request.nonce, by: trusted) != nil, "\(length) bytes")
        }
        let longer = try TimestampResponse(response.bytes + [0])
        #expect(error(longer, over: request.digest, nonce: request.nonce, by: trusted) == .malformed)
        var generator = SeededGenerator(seed: 0x3161)
        let original = try response.claims(over: request.digest)
        var refused = 0
        for _ in 0..<6_000 {
            var bytes = response.bytes
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                bytes[Int.random(in: bytes.indices, using: &generator)] = .random(in: .min ... .max, using: &generator)
            }
            if Bool.random(using: &generator) {
                let start = Int.random(in: bytes.indices, using: &generator)
                bytes.removeSubrange(start..<min(bytes.count, start + Int.random(in: 1...9, using: &generator)))
            }
            let changed = try TimestampResponse(bytes)
            guard
                let stamp = try? changed.verified(over: request.digest, nonce: request.nonce, by: trusted)
            else {
                refused += 1
                continue
            }
            // What is outside of the signature, such as a text beside the status, may change; what is stated may not.
            #expect(stamp.claims.time == original.time)
            #expect(stamp.claims.serial == original.serial)
            #expect(stamp.claims.policy == original.policy)
        }
        #expect(refused > 5_000)
    }

    @Test func `random bytes and an oversized response are refused`() throws {
        var generator = SeededGenerator(seed: 1)
        let digest = TimestampResponse.digest(of: note)
        for _ in 0..<2_000 {
            let bytes = [0x30] + generator.bytes(Int.random(in: 0...300, using: &generator))
            #expect(throws: TimestampError.self) { try TimestampResponse(bytes).claims(over: digest) }
        }
        let most = [UInt8](repeating: 0x30, count: TimestampLimits.responseBytes)
        _ = try TimestampResponse(most)
        #expect(throws: TimestampError.tooLarge) { try TimestampResponse(most + [0]) }
    }

    @Test func `trusted certificates are read whole or not at all`() async throws {
        let authority = try await TestAuthority()
        let pem = [UInt8](try Data(contentsOf: URL(filePath: authority.root)))
        #expect(try TrustedAuthorities(pem: pem + pem).count == 2)
        #expect(try TrustedAuthorities(pem: Array("# a comment\n".utf8) + pem).count == 1)
        let broken = Array(String(decoding: pem, as: UTF8.self).replacing("MII", with: "MIJ").utf8)
        for wrong in [
            [], Array("nothing".utf8), pem + broken, [UInt8](repeating: 0, count: TimestampLimits.trustBytes + 1),
        ] {
            #expect(throws: TimestampError.trustUnreadable) { try TrustedAuthorities(pem: wrong) }
        }
        #expect(throws: TimestampError.trustUnreadable) { try TrustedAuthorities(file: authority.folder.path("none")) }
    }

    @Test func `a time is held against the clock`() async throws {
        let authority = try await TestAuthority()
        let (request, response) = try await exchange(authority)
        let stamp = try response.verified(over: request.digest, nonce: request.nonce, by: try trusted(authority))
        // The tolerance, and the accuracy of a second and a half.
        for seconds: Int64 in [-301, -1, 0, 301] { try stamp.isSane(at: stamp.claims.time.adding(seconds: seconds)) }
        for seconds: Int64 in [-302, 302, 86_400] {
            #expect(throws: TimestampError.clock(secondsApart: seconds)) {
                try stamp.isSane(at: stamp.claims.time.adding(seconds: seconds))
            }
        }
        #expect(throws: TimestampError.self) { try stamp.isSane(at: Instant(milliseconds: .min)) }
    }
}
