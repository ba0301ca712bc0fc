import EventStore
import HTTPTypes
import Hummingbird
import SharingService

extension Endpoints {
    /// What outside authorities stated over the log's checkpoints: open, since anybody may want to check.
    static let timestamps: [Endpoint] = [
        Endpoint(
            method: .get, path: "/log/timestamps", summary: "The newest timestamps, the newest first", access: .open,
            parameters: [
                QueryParameter(
                    name: "limit", meaning: "how many, 1 to \(ServiceLimits.timestampPage)", isInteger: true)
            ]
        ) { call in
            let limit = try call.query.value("limit", "a number from 1 to \(ServiceLimits.timestampPage)") { text in
                Int(text).flatMap { (1...ServiceLimits.timestampPage).contains($0) ? $0 : nil }
            }
            return Response(
                json: try call.site.timestamps.newest(limit: limit ?? ServiceLimits.defaultTimestampPage))
        },
        Endpoint(
            method: .get, path: "/log/timestamp/{size}",
            summary: "A timestamp as the authority gave it (RFC 3161), over the checkpoint of a size", access: .open,
            answers: ["application/timestamp-reply"]
        ) { call in
            evidence(try stored(call).response, contentType: "application/timestamp-reply")
        },
        Endpoint(
            method: .get, path: "/log/timestamp/{size}/note",
            summary: "The checkpoint that was stamped, to the byte", access: .open, answers: ["text/plain"]
        ) { call in
            evidence(Array(try stored(call).note.utf8), contentType: "text/plain; charset=utf-8")
        },
    ]

    private static func stored(_ call: Call) throws -> StoredTimestamp {
        let text = call.context.parameters.get("size") ?? ""
        guard let size = Int64(text), size >= 0, String(size) == text else { throw ReadingDesk.nothingHere }
        return try call.site.timestamps.at(size: size)
    }

    /// It never changes, so whoever may keep it may keep it for good.
    private static func evidence(_ bytes: [UInt8], contentType: String) -> Response {
        var response = Response(bytes: bytes, status: .ok, contentType: contentType)
        response.headers[.cacheControl] = "public, max-age=31536000, immutable"
        return response
    }
}
