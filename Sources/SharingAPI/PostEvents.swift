import Encodings
import EventStore
import Hummingbird
import SharingModel
import SharingService

/// `POST /v1/events`: one signed event, or many, one a line.
enum PostEvents {
    static let mediaTypes = ["application/jose", "application/sd-jwt", "application/x-ndjson"]

    /// Who cannot be served is told before anything is done for them: neither their bytes are kept nor their signatures checked, so that what the
    /// site can do goes to those whom it serves.
    static func handle(_ call: Call) async throws -> Response {
        switch call.mediaType {
        case "application/jose", "application/sd-jwt":
            try call.site.checkRoom()
            let body = try await call.heldBody(limit: APILimits.eventBytes)
            guard body.count > APILimits.loopEventBytes else { return try await one(body, call.site) }
            return try await offLoop { try await one(body, call.site) }
        case "application/x-ndjson":
            try call.site.checkRoom()
            let body = try await call.heldBody(
                limit: APILimits.batchBodyBytes, leaving: APILimits.singleEventsBytes)
            return try await offLoop { try await many(body, call.site) }
        default:
            throw Rejection(
                .unsupportedMedia, "media-type",
                "post one event as application/jose or application/sd-jwt, or many as application/x-ndjson")
        }
    }

    private static func one(_ body: HeldBody, _ site: Site) async throws -> Response {
        let places = try site.keepPlaces(1)
        defer { places.giveBack() }
        let event = try site.frontDesk.receive(trimmed(body.bytes[...]))
        guard let answer = await site.record([event], at: places).first else { throw Rejection.fault }
        let receipt = try answer.get()
        return Response(json: receipt.json, status: receipt.isRepeat ? .ok : .created)
    }

    private static func many(_ body: HeldBody, _ site: Site) async throws -> Response {
        let lines = body.bytes.split(separator: UInt8(ascii: "\n")).map(trimmed).filter { !$0.isEmpty }
        guard lines.count <= ServiceLimits.batchEvents else {
            throw Rejection(
                .tooLarge, "too-many-events", "one body may hold \(ServiceLimits.batchEvents) events; send several")
        }
        let places = try site.keepPlaces(lines.count)
        // Its lines are copies: what is counted for the body counts for them, until they are answered.
        defer { withExtendedLifetime(body) { places.giveBack() } }
        var writer = JSONWriter(reservingBytes: 1024 * lines.count)
        for answer in await record(lines, site, at: places) {
            switch answer {
            case .success(let receipt): writer.value(receipt.json)
            case .failure(let rejection):
                site.metrics.count("sharing_rejections_total", "code", rejection.code)
                writer.value(rejection.document(rejection.status))
            }
            writer.raw("\n")
        }
        return Response(bytes: writer.bytes, status: .ok, contentType: "application/x-ndjson")
    }

    /// Records lines in order. A line whose key is not known yet waits until the lines before it are recorded, if one of them enrols keys.
    private static func record(_ lines: [[UInt8]], _ site: Site, at places: IntakePlaces) async -> [Answer] {
        var answers: [Answer] = []
        while answers.count < lines.count {
            let received = await receive(lines[answers.count...], site)
            let end = endOfRun(received)
            let good = received[..<end].compactMap { try? $0.get() }
            var recorded = await site.record(good, at: places).makeIterator()
            for line in received[..<end] {
                switch line {
                case .success: answers.append(recorded.next() ?? .failure(.fault))
                case .failure(let rejection): answers.append(.failure(rejection))
                }
            }
        }
        return answers
    }

    /// How many lines can be handed in before one must be verified again under a key that they enrol.
    private static func endOfRun(_ received: [Result<ReceivedEvent, Rejection>]) -> Int {
        guard let enrolling = received.firstIndex(where: { (try? $0.get())?.enrolsKeys == true }) else {
            return received.count
        }
        return received[enrolling...].firstIndex { line in
            if case .failure(let rejection) = line { rejection.code == Rejection.unknownKey.code } else { false }
        } ?? received.count
    }

    /// Parses and verifies lines on all cores.
    private static func receive(
        _ lines: ArraySlice<[UInt8]>, _ site: Site
    ) async -> [Result<ReceivedEvent, Rejection>] {
        let share = 32
        return await withTaskGroup(of: (Int, [Result<ReceivedEvent, Rejection>]).self) { group in
            for start in stride(from: lines.startIndex, to: lines.endIndex, by: share) {
                let part = lines[start..<min(start + share, lines.endIndex)]
                group.addTask {
                    (
                        start,
                        part.map { line in
                            Result { () throws(Rejection) in try site.frontDesk.receive(line) }
                        }
                    )
                }
            }
            var parts: [Int: [Result<ReceivedEvent, Rejection>]] = [:]
            for await (start, part) in group { parts[start] = part }
            return parts.sorted { $0.key < $1.key }.flatMap(\.value)
        }
    }

    /// A line without its white space, and without the quotes of a JSON string: both spellings of a line are taken.
    private static func trimmed(_ line: ArraySlice<UInt8>) -> [UInt8] {
        var line = line.drop(while: isBlank)
        while let last = line.last, isBlank(last) { line.removeLast() }
        let quote = UInt8(ascii: "\"")
        if line.count >= 2, line.first == quote, line.last == quote { line = line.dropFirst().dropLast() }
        return Array(line)
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }
}
