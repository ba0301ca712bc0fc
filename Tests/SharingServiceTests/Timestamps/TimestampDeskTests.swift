import Encodings
import EventStore
import Foundation
import Locking
import SharingService
import SiteSupport
import Support
import Testing
import Timestamping

/// An authority that is asked without a network, and fails when a test says so.
private final class Asked: TimestampSource {
    let authority: TestAuthority
    private let failure = Locked<TimestampError?>(nil)
    private let replayed = Locked<TimestampResponse?>(nil)

    init(_ authority: TestAuthority) { self.authority = authority }

    var failing: TimestampError? {
        get { failure.withLock { $0 } }
        set { failure.withLock { $0 = newValue } }
    }

    func replay(_ response: TimestampResponse?) { replayed.withLock { $0 = response } }

    func answer(to request: TimestampRequest) async throws(TimestampError) -> TimestampResponse {
        if let failing { throw failing }
        if let old = replayed.withLock({ $0 }) { return old }
        guard let bytes = try? await authority.reply(to: request.bytes) else { throw .unreachable }
        return try TimestampResponse(bytes)
    }
}

/// What a site does about timestamps, on a clock that the test moves.
@Suite struct TimestampDeskTests {
    private struct Stage {
        let test: TestSite
        let source: Asked

        var desk: TimestampDesk { test.site.timestamps }
        var path: String { test.folder.path("site/timestamps.sqlite") }

        init(every: Int64 = 600, required: Bool = true) async throws {
            let authority = try await TestAuthority()
            source = Asked(authority)
            let stamping = Stamping(
                url: "http://127.0.0.1:1/", trusted: try TrustedAuthorities(file: authority.root), everySeconds: every,
                policy: TimestampPolicy(isRequired: required, overdueAfterSeconds: 3_600))
            // Close to the clock of the authority.
            let now = Instant(seconds: Int64(Date().timeIntervalSince1970))
            test = try TestSite(clock: ManualClock(now), stamping: stamping)
        }

        func attend() async { await desk.attend(source, now: { test.clock.now }, jitter: 1) }
        func grow(_ number: Int) async throws { try await test.register(TestAgency("ods:ABC\(number)", "nhs")) }

        func check(_ trusted: TrustedAuthorities?) -> TimestampCheck.Account? {
            TimestampCheck(log: test.site.store.log, key: test.site.verifierKey, trusted: trusted).run(path: path)
        }
    }

    @Test func `a log that grew is stamped, kept, and holds against the log`() async throws {
        let stage = try await Stage(every: 60)
        await stage.attend()
        try await stage.grow(1)
        await stage.attend()
        #expect(try stage.desk.standing().stampedSize == 1)
        stage.test.clock.advance(seconds: 60)
        await stage.attend()
        #expect(try stage.desk.standing().stampedSize == 2)
        #expect(try stage.desk.at(size: 2).note == stage.test.site.head.checkpoint.note)
        let account = try #require(stage.check(stage.desk.stamping?.trusted))
        #expect(account.findings == [])
        #expect(account.count == 2)
        #expect(account.newest?.size == 2)
        #expect(stage.desk.gauges(at: stage.test.clock.now).map(\.value) == [0, 2, 0])
    }

    @Test func `what does not verify is not kept`() async throws {
        let stage = try await Stage()
        let old = try TimestampRequest(over: stage.test.site.head.checkpoint.note.utf8)
        let reply = try TimestampResponse(try await stage.source.authority.reply(to: old.bytes))
        for response in [reply, try TimestampResponse([0x30, 0x00])] {
            stage.source.replay(response)
            await stage.attend()
            stage.test.clock.advance(seconds: 299)
        }
        stage.source.replay(nil)
        // By now the site's clock is ten minutes ahead of the authority's.
        await stage.attend()
        stage.test.clock.advance(seconds: -800)
        stage.source.authority.certificate = .expired
        await stage.attend()
        #expect(try stage.desk.standing().stampedSize == nil)
        let text = stage.test.site.metrics.text(gauges: [])
        for code in [
            "timestamp-other-nonce", "timestamp-malformed", "timestamp-clock-apart", "timestamp-certificate-expired",
        ] {
            #expect(text.contains("sharing_timestamp_failures_total{code=\"\(code)\"} 1\n"), "\(code): \(text)")
        }
    }

    @Test func `where it is required, an overdue timestamp holds readiness back, and a new one lets it go`()
        async throws
    {
        let stage = try await Stage(every: 60)
        await stage.attend()
        stage.source.failing = .unreachable
        stage.test.clock.advance(seconds: 7_200)
        // Nothing grew meanwhile, so nothing is overdue.
        #expect(stage.desk.holdsBack(at: stage.test.clock.now) == nil)
        try await stage.grow(1)
        await stage.attend()
        stage.test.clock.advance(seconds: 3_600)
        #expect(stage.desk.holdsBack(at: stage.test.clock.now) == nil)
        stage.test.clock.advance(seconds: 1)
        await stage.attend()
        #expect(stage.desk.holdsBack(at: stage.test.clock.now)?.code == "timestamp-overdue")
        #expect(stage.desk.gauges(at: stage.test.clock.now).first?.value == 1)
        let folder = DataFolder(path: stage.test.folder.path("site"))
        let found = Doctor.examine(ExaminedSite(folder: folder, now: stage.test.clock.now))
            .first { $0.check == "timestamps" }
        #expect(found?.severity == .trouble, "\(String(describing: found))")
        // The authority's clock did not move; ours goes back to it.
        stage.test.clock.advance(seconds: -10_801)
        stage.source.failing = nil
        await stage.attend()
        #expect(try stage.desk.standing().stampedSize == 2)
        stage.test.clock.advance(seconds: 10_801)
        #expect(stage.desk.holdsBack(at: stage.test.clock.now) == nil)
        #expect(stage.desk.gauges(at: stage.test.clock.now).first?.value == 0)
    }

    @Test func `where it is not required, readiness is not held back, and the doctor only warns`() async throws {
        let stage = try await Stage(required: false)
        stage.test.clock.advance(seconds: 3_601)
        #expect(stage.desk.holdsBack(at: stage.test.clock.now) == nil)
        #expect(stage.desk.gauges(at: stage.test.clock.now).first?.value == 1)
        let folder = DataFolder(path: stage.test.folder.path("site"))
        let found = Doctor.examine(ExaminedSite(folder: folder, now: stage.test.clock.now))
            .first { $0.check == "timestamps" }
        #expect(found?.severity == .warning)
    }

    @Test func `a timestamp that is not over this log is found, and named`() async throws {
        let stage = try await Stage()
        await stage.attend()
        try await stage.grow(1)
        let real = try stage.desk.at(size: 1)
        let trusted = stage.desk.stamping?.trusted
        let check = TimestampCheck(log: stage.test.site.store.log, key: stage.test.site.verifierKey, trusted: trusted)
        func kind(_ check: TimestampCheck, _ stored: StoredTimestamp) -> Finding.Kind? {
            guard case .failure(let wrong) = check.check(stored) else { return nil }
            return wrong.finding.kind
        }
        func changed(size: Int64? = nil, note: String? = nil, response: [UInt8]? = nil) -> StoredTimestamp {
            StoredTimestamp(
                size: size ?? real.size, note: note ?? real.note, response: response ?? real.response,
                received: real.received)
        }
        #expect(kind(check, real) == nil)
        #expect(kind(check, changed(size: 2)) == .timestampDamaged)
        #expect(kind(check, changed(note: stage.test.site.head.checkpoint.note)) == .timestampInvalid)
        #expect(kind(check, changed(response: Array(real.response.dropLast()))) == .timestampDamaged)
        let unknown = try await TestAuthority()
        let stranger = try TrustedAuthorities(file: unknown.root)
        let distrusting = TimestampCheck(log: nil, key: stage.test.site.verifierKey, trusted: stranger)
        #expect(kind(distrusting, real) == .timestampInvalid)
        // Another site's log, under the same origin: another history, and a shorter one.
        let other = try TestSite(clock: stage.test.clock)
        let elsewhere = TimestampCheck(
            log: other.site.store.log, key: stage.test.site.verifierKey, trusted: trusted)
        #expect(kind(elsewhere, real) == .timestampOtherLog)
        let request = try TimestampRequest(over: stage.test.site.head.checkpoint.note.utf8)
        let second = StoredTimestamp(
            size: 2, note: stage.test.site.head.checkpoint.note,
            response: try await stage.source.authority.reply(to: request.bytes), received: real.received)
        #expect(kind(check, second) == nil)
        #expect(kind(elsewhere, second) == .timestampBeyondLog)
        // The site's clock runs ahead, and the authority says so.
        stage.test.clock.advance(seconds: 900)
        try await stage.grow(2)
        let note = stage.test.site.head.checkpoint.note
        let early = StoredTimestamp(
            size: 3, note: note,
            response: try await stage.source.authority.reply(to: try TimestampRequest(over: note.utf8).bytes),
            received: real.received)
        #expect(kind(check, early) == .timestampBeforeEntry)
    }
}
