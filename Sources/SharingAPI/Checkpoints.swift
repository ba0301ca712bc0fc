import EventStore
import SharingService

/// `GET /log/checkpoint`.
enum Checkpoints {
    static func note(_ call: Call) throws -> String {
        guard let size = try call.query.value("size", "a number of entries", Checkpoints.size) else {
            return call.site.witnessing.published.note
        }
        guard let checkpoint = try call.site.store.log.checkpoint(from: size) else { throw ReadingDesk.nothingHere }
        return checkpoint.note
    }

    private static func size(_ text: String) -> Int64? { Int64(text).flatMap { $0 >= 0 ? $0 : nil } }
}
