import EventStore
import Hummingbird
import SharingService

/// `GET /log/tile/…`: the log in the layout of C2SP tlog-tiles v0.1.0.
enum Tiles {
    /// The tile that the rest of the path names. A tile never changes, so whoever may keep it may keep it for good.
    /// - Parameter cached: `public` for hashes, which say nothing; `private` for entries.
    static func answer(_ call: Call, _ prefix: String, cached: String) throws -> Response {
        let path = prefix + call.context.parameters.getCatchAll().joined(separator: "/")
        guard let place = TilePath(path), let bytes = try call.site.store.log.tile(at: place) else {
            throw ReadingDesk.nothingHere
        }
        var response = Response(bytes: bytes, status: .ok, contentType: "application/octet-stream")
        response.headers[.cacheControl] = cached + ", max-age=31536000, immutable"
        return response
    }
}
