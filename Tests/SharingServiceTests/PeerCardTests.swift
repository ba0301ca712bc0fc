import Encodings
import EventStore
import SharingService
import SiteSupport
import Testing

/// What two operators compare.
@Suite struct PeerCardTests {
    private func card() throws -> PeerCard {
        PeerCard(
            url: "https://a.example",
            vkey: try VerifierKey(name: "a.example", publicKey: SigningKey.generate().publicKey),
            siteKey: SigningKey.generate().publicKey, hpke: AgreementKey.generate().publicKey)
    }

    @Test func `a card reads as it was written`() throws {
        let card = try card()
        #expect(try PeerCard(json: card.json) == card)
        var bare = card
        bare.url = nil
        #expect(try PeerCard(json: bare.json) == bare)
        #expect(bare.json["url"] == nil)
    }

    @Test func `a fingerprint is thirty digits, of every key and the origin, and not of the address`() throws {
        let card = try card()
        #expect(card.fingerprint.wholeMatch(of: #/(\d{5} ){5}\d{5}/#) != nil)
        var elsewhere = card
        elsewhere.url = "https://elsewhere.example"
        #expect(elsewhere.fingerprint == card.fingerprint)
        let other = try self.card()
        for changed in [
            PeerCard(url: nil, vkey: other.vkey, siteKey: card.siteKey, hpke: card.hpke),
            PeerCard(url: nil, vkey: card.vkey, siteKey: other.siteKey, hpke: card.hpke),
            PeerCard(url: nil, vkey: card.vkey, siteKey: card.siteKey, hpke: other.hpke),
        ] { #expect(changed.fingerprint != card.fingerprint) }
    }

    @Test func `a fingerprint is compared as people write it`() throws {
        let card = try card()
        #expect(card.fits(fingerprint: card.fingerprint))
        #expect(card.fits(fingerprint: card.fingerprint.replacing(" ", with: "")))
        #expect(card.fits(fingerprint: " " + card.fingerprint.replacing(" ", with: "-") + " "))
        #expect(!card.fits(fingerprint: String(card.fingerprint.dropLast())))
        #expect(!card.fits(fingerprint: ""))
    }

    /// Computed by hand in Python of the same lines, so that others can.
    @Test func `a fingerprint can be computed by others`() throws {
        let card = try PeerCard(
            json: .object([
                "origin": "a.example",
                "vkey": .text(
                    try VerifierKey(
                        name: "a.example",
                        publicKey: PublicKey(jwk: .object(["kty": "OKP", "crv": "Ed25519", "x": .string(Self.x)])))),
                "siteKey": .object(["kty": "OKP", "crv": "Ed25519", "x": .string(Self.x)]),
                "hpke": .object(["kty": "OKP", "crv": "X25519", "x": .string(Self.x)]),
            ]))
        #expect(card.fingerprint == "41645 45776 34794 18362 89360 98967")
    }

    /// RFC 8037, appendix A.
    private static let x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"

    @Test func `what is no card is refused with what is wrong`() throws {
        func code(_ change: (inout JSONObject) -> Void) throws -> String? {
            var members = try #require(try card().json.object)
            change(&members)
            do throws(PeerCardError) {
                _ = try PeerCard(json: .object(members))
                return nil
            } catch {
                return error.code
            }
        }
        #expect(try code { _ in } == nil)
        #expect(try code { $0["hpke"] = nil } == "peer-card-malformed")
        #expect(try code { $0["colour"] = "red" } == "peer-card-malformed")
        #expect(try code { $0["origin"] = "b.example" } == "peer-card-other-origin")
        #expect(try code { $0["vkey"] = "rubbish" } == "vkey-malformed")
        #expect(try code { $0["siteKey"] = AgreementKey.generate().publicJWK } == "key-type-unsupported")
        #expect(try code { $0["hpke"] = SigningKey.generate().publicKey.jwk } == "key-not-for-agreement")
        #expect(try code { $0["hpke"] = AgreementKey.generate().privateJWK } == "key-is-private")
    }

    @Test func `a site's own card has the keys that its log was founded with`() async throws {
        let test = try TestSite()
        let card = test.site.store.card
        #expect(card.origin == TestSite.origin)
        #expect(card.vkey == test.site.verifierKey)
        #expect(card.hpke == test.site.store.agreementKey.publicKey)
        await test.site.end()
    }
}
