import Encodings
import EventStore
import NIOCore
import SharingService
import SiteSupport
import Testing

@testable import SharingAPI

/// What clients can take of the front desk that others need too: its connections, and places in the queue.
@Suite struct ConnectionTests {
    @Test func `who comes when all connections are taken is served when one is given up, and not before`() async throws
    {
        let site = try await ServedSite.start { $0.connections = 3 }
        var open = try (0..<3).map { _ in try PlainConnection(site) }
        func askAll() async {
            for connection in open {
                connection.ask("/healthz")
                #expect(await connection.answer().hasPrefix("HTTP/1.1 200 "))
            }
        }
        for _ in 0..<5 { await askAll() }
        let next = try PlainConnection(site)
        next.ask("/healthz")
        // Whoever has a connection is asked and answered meanwhile, many times over.
        for _ in 0..<20 { await askAll() }
        #expect(!next.hasAnswer)
        open.removeLast()
        #expect(await next.answer().hasPrefix("HTTP/1.1 200 "))
        await site.stop()
    }

    @Test(arguments: [
        "", "GET /healthz HTTP/1.1\r\nhost: 127", "GET /healthz HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n",
        "POST /v1/events HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/jose\r\ncontent-length: 90\r\n\r\nhalf",
    ])
    func `a connection on which nothing more comes is closed`(words: String) async throws {
        let site = try await ServedSite.start { $0.silence = .milliseconds(200) }
        let connection = try PlainConnection(site)
        connection.send(words)
        #expect(await connection.isClosed())
        await site.stop()
    }

    /// Its answers fill what the two machines keep for it, and then it holds its place with an answer that is never done.
    @Test func `a client that asks and takes no answers loses its connection`() async throws {
        let site = try await ServedSite.start {
            $0.connections = 1
            // Long enough for the first question to come in time on a machine that has much else to do.
            $0.silence = .seconds(1)
        }
        let greedy = try PlainConnection(site, bufferBytes: 4096)
        greedy.ask("/healthz")
        #expect(await greedy.answer().hasPrefix("HTTP/1.1 200 "))
        for _ in 0..<500 { #expect(greedy.ask("/openapi.json")) }
        let next = try PlainConnection(site)
        next.ask("/healthz")
        #expect(await next.answer().hasPrefix("HTTP/1.1 200 "))
        withExtendedLifetime(greedy) {}
        await site.stop()
    }

    @Test(arguments: ["application/jose", "application/x-ndjson"])
    func `when every place in the queue is taken, events are sent away unread, and taken again later`(
        type: String
    ) async throws {
        let site = try await ServedSite.start()
        let agency = TestAgency("ods:RBS25", "nhs")
        try await site.test.register(agency)
        let before = site.test.site.head.size
        let event = try site.test.sign(
            "subject.described", by: agency.key, source: agency.id, subject: Partnership.person,
            .object(["birthDate": "2011-02-03", "source": "letter"]))
        let places = try site.test.site.keepPlaces(ServiceLimits.queueEvents)
        let connection = try PlainConnection(site)
        connection.post(event, as: type)
        let refused = await connection.answer()
        #expect(refused.hasPrefix("HTTP/1.1 503 "))
        #expect(refused.lowercased().contains("\r\nretry-after: 1\r\n"))
        #expect(refused.contains(#""code":"queue-full""#))
        #expect(site.test.site.head.size == before)
        places.giveBack()
        let again = try PlainConnection(site)
        again.post(event, as: type)
        #expect(await again.answer().contains(#""outcome":"recorded""#))
        #expect(site.test.site.head.size == before + 1)
        await site.stop()
    }

    @Test func `one place that is free is not enough for two events, and enough for one`() async throws {
        let site = try await ServedSite.start()
        let agency = TestAgency("ods:RBS25", "nhs")
        try await site.test.register(agency)
        let events = try (0..<2).map { _ in
            try site.test.sign(
                "subject.described", by: agency.key, source: agency.id, subject: Partnership.person,
                .object(["birthDate": "2011-02-03", "source": "letter"]))
        }
        let places = try site.test.site.keepPlaces(ServiceLimits.queueEvents - 1)
        let connection = try PlainConnection(site)
        connection.post(Array(events.joined(separator: [UInt8(ascii: "\n")])), as: "application/x-ndjson")
        #expect(await connection.answer().contains(#""code":"queue-full""#))
        connection.post(events[0])
        #expect(await connection.answer().hasPrefix("HTTP/1.1 201 "))
        places.giveBack()
        await site.stop()
    }
}
