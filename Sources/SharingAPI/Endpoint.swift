import Encodings
import Hummingbird
import NIOCore
import SharingModel
import SharingService

/// One call of the HTTP interface: what the router serves and what `/openapi.json` says of it are the same value.
struct Endpoint: Sendable {
    /// What the caller must show.
    enum Access: Sendable {
        /// Nothing.
        case open
        /// The events carry their own signatures.
        case signedEvents
        /// A bearer token signed with an enrolled key.
        case token
        /// A bearer token signed with a peer's site key.
        case peer
    }

    enum Method: String, Sendable {
        case get = "GET"
        case post = "POST"
    }

    let method: Method
    /// With `{name}` for parameters, and `**` for the rest of a path.
    let path: String
    let summary: String
    let access: Access
    /// Names of the query's parameters; others are refused.
    var parameters: [QueryParameter] = []
    /// Headers that make a difference, beside those of HTTP itself.
    var headers: [RequestHeader] = []
    /// Media types of the body, where there is one.
    var accepts: [String] = []
    /// Media types of the answer.
    var answers: [String] = ["application/json"]
    let handle: @Sendable (Call) async throws -> Response
}

/// A parameter of a query string.
struct QueryParameter: Sendable {
    let name: String
    let meaning: String
    var isInteger = false
}

/// A header that a call knows.
struct RequestHeader: Sendable {
    let name: String
    let meaning: String
}

/// One request on its way to its endpoint.
struct Call: Sendable {
    let request: Request
    let context: AppRequestContext
    let site: Site
    /// What all calls together hold of bodies.
    let bodies: HeldBytes
    /// Who reads; nil where no token is asked for.
    let reader: Reader?
    /// Which peer asks; nil where the call is not for peers.
    let peer: KnownPeer?
    let query: Query

    /// The reader of a call that asks for a token.
    func authenticated() throws -> Reader {
        guard let reader else { throw Rejection.noToken }
        return reader
    }

    /// An id in the path; one that cannot be anything's is not found.
    func id() throws -> UniqueID {
        guard let id = context.parameters.get("id").flatMap({ UniqueID($0) }) else { throw ReadingDesk.nothingHere }
        return id
    }

    /// Answers from a desk of the reader's, and records first which content the answer opens. An answer that is given is on record.
    func answer(_ read: (ReadingDesk, Reader) throws -> JSON) async throws -> Response {
        let desk = site.desk
        let json = try read(desk, try authenticated())
        try await site.record(desk.openings.take())
        return Response(json: json)
    }

    /// The body, within a limit that the error names.
    func body(limit: Int) async throws -> [UInt8] {
        do {
            var buffer = try await request.body.collect(upTo: limit)
            return buffer.readBytes(length: buffer.readableBytes) ?? []
        } catch is NIOTooManyBytesError {
            throw Rejection(
                .tooLarge, "body-too-large", "the body is larger than the limit of \(limit) bytes for this call")
        } catch {
            throw Rejection(.malformed, "body-malformed", "the body did not arrive whole; check its length or chunks")
        }
    }

    /// The body of somebody who posts events, within a limit that the error names, and as long as there is room for it beside those of all
    /// others.
    /// - Parameter leaving: bytes of that room which have to stay free.
    func heldBody(limit: Int, leaving: Int = 0) async throws -> HeldBody {
        let body = HeldBody(among: bodies, leaving: leaving)
        do {
            for try await part in request.body {
                guard body.count + part.readableBytes <= limit else {
                    throw Rejection(
                        .tooLarge, "body-too-large", "the body is larger than the limit of \(limit) bytes for this call"
                    )
                }
                try body.append(part)
            }
        } catch let rejection as Rejection {
            throw rejection
        } catch {
            throw Rejection(.malformed, "body-malformed", "the body did not arrive whole; check its length or chunks")
        }
        return body
    }

    /// The media type of the body, without parameters, in lower case.
    var mediaType: String {
        let full = request.headers[.contentType] ?? ""
        // As nearly everybody writes it.
        if PostEvents.mediaTypes.contains(full) { return full }
        return full.prefix { $0 != ";" }.lowercased().filter { $0 != " " }
    }
}

/// The parameters of a query string, each known and given once.
struct Query: Sendable {
    private let values: [String: String]

    init(_ request: Request, allowed: [QueryParameter]) throws(Rejection) {
        var values: [String: String] = [:]
        for (name, value) in request.uri.queryParameters {
            guard allowed.contains(where: { $0.name == name }) else {
                let known = allowed.map { "`\($0.name)`" }.joined(separator: ", ")
                throw Rejection(
                    .malformed, "unknown-parameter",
                    "the query has a parameter that this call does not know; known: \(known.isEmpty ? "none" : known)")
            }
            guard values.updateValue(String(value), forKey: String(name)) == nil else {
                throw Rejection(
                    .malformed, "parameter-repeated", "a parameter of the query is given twice; give it once")
            }
        }
        self.values = values
    }

    subscript(name: String) -> String? { values[name] }

    /// A parameter that must have a form.
    func value<Value>(_ name: String, _ form: String, _ parse: (String) -> Value?) throws(Rejection) -> Value? {
        guard let text = values[name] else { return nil }
        guard let value = parse(text) else {
            throw Rejection(.malformed, "parameter-malformed", "the parameter `\(name)` must be \(form)")
        }
        return value
    }

    func page() throws(Rejection) -> Page {
        let from = try value("from", "a log index", Int64.init) ?? 0
        let limit = try value("limit", "a number from 1 to \(ServiceLimits.page)") { text in
            Int(text).flatMap { (1...ServiceLimits.page).contains($0) ? $0 : nil }
        }
        return Page(from: from, limit: limit ?? ServiceLimits.defaultPage)
    }

    /// At which moment clocks are read; now where none is given.
    func moment() throws(Rejection) -> Instant? {
        try value("asOf", "a time, such as 2026-11-22T12:00:00Z") { Instant($0) }
    }

    static let asOf = QueryParameter(name: "asOf", meaning: "read the clocks as of this moment")

    static let pageParameters = [
        QueryParameter(name: "from", meaning: "log index to begin at", isInteger: true),
        QueryParameter(name: "limit", meaning: "rows of the page, 1 to \(ServiceLimits.page)", isInteger: true),
    ]
}

extension Rejection {
    static let noToken = Rejection(
        .unauthenticated, "token-missing",
        "this call needs `Authorization: Bearer <JWT>`, signed with a key that is enrolled here")
}
