import Encodings
import EventStore
import Foundation
import SharingModel
import SiteSupport
import Support
import Testing

@testable import SharingService

/// Another key that shipments are sealed to: what was sealed to either opens at every moment, and no step can be lost halfway.
@Suite struct ReceivingKeyChangeTests {
    private let test: TestSite
    private let first: AgreementKey
    private var folder: DataFolder { DataFolder(path: test.folder.path("site")) }

    init() async throws {
        test = try TestSite()
        first = test.site.store.agreementKey
        await test.site.end()
    }

    private func file(_ name: String) -> String { folder.keys + "/" + name }

    private func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder.keys).filter { $0.hasPrefix("hpke") }.sorted()
    }

    private func announced() throws -> [JSON] {
        let storage = try SQLiteLogStorage.readOnly(path: folder.log)
        let log = try ReadOnlyLog(storage: storage, keys: try CheckpointKeys(of: storage), vault: nil)
        return try (0..<log.head.size).compactMap { index in
            guard try log.entry(at: index).type == EventType.hpkeKeyRotated.rawValue else { return nil }
            return try log.body(at: index).opened?.event().payload["data"]?["jwk"]
        }
    }

    @Test func `the new key is announced to everybody, and the old one still opens`() throws {
        let result = try ReceivingKeyChange.run(folder, now: .current)
        #expect(try announced() == [result.new.jwk])
        let storage = try SQLiteLogStorage.readOnly(path: folder.log)
        let stored = try #require(try storage.entries(in: result.index..<(result.index + 1)).first)
        let entry = try Entry(parsing: stored.bytes)
        #expect(entry.audience == ["*"])
        let keys = try SiteKeys.load(from: folder)
        #expect(keys.receiving.map(\.publicKey) == [result.new, first.publicKey])
        let second = try ReceivingKeyChange.run(folder, now: .current)
        let store = try SiteStore(folder: folder)
        #expect(store.receivingKeys.map(\.publicKey) == [second.new, result.new, first.publicKey])
        #expect(store.agreementKey.publicKey == second.new)
        store.end()
        let names = try names()
        #expect(names.count == 3)
        for name in names {
            let mode = try FileManager.default.attributesOfItem(atPath: file(name))[.posixPermissions] as? Int
            #expect(mode == 0o600)
        }
    }

    @Test func `the site opens after it, and its log and projections hold`() async throws {
        let result = try ReceivingKeyChange.run(folder, now: .current)
        let site = try TestSite.open(test.folder, test.clock)
        #expect(site.store.receivingKeys.map(\.publicKey) == [result.new, first.publicKey])
        await site.end()
    }

    @Test func `ended before the announcement, the old key goes on, and the next attempt announces the same`() throws {
        let next = AgreementKey.generate()
        try SiteKeys.prepareReceivingKey(next, in: folder)
        let store = try SiteStore(folder: folder)
        #expect(store.receivingKeys.map(\.publicKey) == [first.publicKey])
        store.end()
        let result = try ReceivingKeyChange.run(folder, now: .current)
        #expect(result.new == next.publicKey)
        #expect(try announced() == [next.publicJWK])
    }

    /// Each of the moments behind the announcement: nothing done, the old key's second name made.
    @Test(arguments: [false, true])
    func `ended behind the announcement, whoever opens the folder next finishes it`(isNamed: Bool) throws {
        let next = AgreementKey.generate()
        var store = try SiteStore(folder: folder)
        try SiteKeys.prepareReceivingKey(next, in: folder)
        let now = max(Instant.current, store.log.lastRecorded ?? .current)
        _ = try store.log.append([
            try store.ownDraft(.hpkeKeyRotated, .object(["jwk": next.publicJWK]), now: now)
        ])
        store.end()
        if isNamed {
            try FileManager.default.linkItem(
                atPath: file("hpke.jwk"), toPath: file("hpke.until-\(now.milliseconds).jwk"))
            #expect(try SiteKeys.load(from: folder).receiving.contains { $0.publicKey == first.publicKey })
        }
        store = try SiteStore(folder: folder)
        #expect(store.receivingKeys.map(\.publicKey) == [next.publicKey, first.publicKey])
        store.end()
        #expect(try names() == ["hpke.jwk", "hpke.until-\(now.milliseconds).jwk"])
        #expect(try announced().count == 1)
    }

    @Test func `a replaced key is kept for its time, and destroyed after it`() throws {
        let secret = try #require(try JSON.parse(try KeyFile.read(file("hpke.jwk")))["d"]?.string)
        let changed = Instant.current
        _ = try ReceivingKeyChange.run(folder, now: changed)
        let kept = ServiceLimits.receivingKeyKeptSeconds
        var store = try SiteStore(folder: folder, now: changed.adding(seconds: kept - 60))
        #expect(store.destroyedKeys == 0)
        #expect(store.receivingKeys.count == 2)
        store.end()
        store = try SiteStore(folder: folder, now: changed.adding(seconds: kept + 60))
        #expect(store.destroyedKeys == 1)
        #expect(store.receivingKeys.count == 1)
        store.end()
        #expect(try names() == ["hpke.jwk"])
        #expect(try !KeyFile.read(file("hpke.jwk")).contains(secret))
    }

    @Test func `all that were replaced can be destroyed at once, and never the current one`() throws {
        _ = try ReceivingKeyChange.run(folder, now: .current)
        let last = try ReceivingKeyChange.run(folder, now: .current)
        // What an interrupted change may have left: another name of the current key.
        try FileManager.default.linkItem(atPath: file("hpke.jwk"), toPath: file("hpke.until-7.jwk"))
        #expect(try ReceivingKeyChange.destroyReplaced(folder) == 2)
        #expect(try names() == ["hpke.jwk"])
        #expect(try SiteKeys.load(from: folder).receiving.map(\.publicKey) == [last.new])
    }
}

extension Instant {
    /// The machine's clock, as the log's.
    fileprivate static var current: Instant { SystemClock().now }
}
