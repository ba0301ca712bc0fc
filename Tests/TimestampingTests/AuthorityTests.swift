import Foundation
import Support
import Testing
import Timestamping

/// Asking an authority over HTTP.
@Suite struct AuthorityTests {
    private func error(_ url: String, callSeconds: Int64 = 20) async throws -> TimestampError? {
        let authority = TimestampAuthority(url: url, callSeconds: callSeconds)
        let request = try TimestampRequest(over: [1])
        var found: TimestampError?
        do throws(TimestampError) {
            _ = try await authority.answer(to: request)
        } catch {
            found = error
        }
        await authority.shutdown()
        return found
    }

    @Test func `what an authority answers is handed on, unverified`() async throws {
        let served = try LoopbackAuthority(try await TestAuthority())
        defer { served.stop() }
        let authority = TimestampAuthority(url: served.url)
        let request = try TimestampRequest(over: [1, 2, 3])
        let response = try await authority.answer(to: request)
        await authority.shutdown()
        let trusted = try TrustedAuthorities(file: served.authority.root)
        _ = try response.verified(over: request.digest, nonce: request.nonce, by: trusted)
    }

    @Test func `a refusal, too much, silence and nobody there each have their name`() async throws {
        let served = try LoopbackAuthority(try await TestAuthority())
        served.manner = .status("503 Busy")
        #expect(try await error(served.url) == .httpStatus(503))
        served.manner = .status("302 Elsewhere")
        #expect(try await error(served.url) == .httpStatus(302))
        served.manner = .bytes([UInt8](repeating: 0, count: TimestampLimits.responseBytes + 1))
        #expect(try await error(served.url) == .tooLarge)
        served.manner = .silence
        #expect(try await error(served.url, callSeconds: 1) == .timedOut)
        served.stop()
        #expect(try await error("http://127.0.0.1:1/") == .unreachable)
    }

    @Test(arguments: [
        ("http://timestamp.example/tsa", true), ("HTTPS://a.example:8443", true), ("ftp://a.example", false),
        ("http://user:word@a.example", false), ("http://a.example/#x", false), ("timestamp.example", false),
        ("http://", false), ("", false),
    ])
    func `an authority has a URL of HTTP`(_ text: String, _ isOne: Bool) {
        #expect(TimestampAuthority.isURL(text) == isOne)
    }
}
