import EventStore
import HTTPTypes
import Hummingbird
import SharingService

/// `POST /witness/add-checkpoint`, with the answers of C2SP tlog-witness v1.0.0.
enum AddCheckpoint {
    static func handle(_ call: Call) async throws -> Response {
        let body = try await call.body(limit: Limits.noteBytes)
        do throws(WitnessRefusal) {
            let request = try AddCheckpointRequest(parsing: body)
            return Response(text: try call.site.witness.add(request, now: call.site.now))
        } catch {
            if case .otherSize(let size) = error {
                return Response(bytes: Array("\(size)\n".utf8), status: .conflict, contentType: "text/x.tlog.size")
            }
            // Both histories are kept; that they were shown is recorded behind the answer, which does not wait for it.
            if error == .fork { Task { [site = call.site] in await site.reportForks() } }
            throw Rejection(error)
        }
    }
}

extension Rejection {
    /// What the specification answers, as a problem document.
    init(_ refusal: WitnessRefusal) {
        let kind: Kind =
            switch refusal {
            case .malformed, .oldBeyondCheckpoint: .malformed
            case .unknownOrigin: .notFound
            case .notSigned: .forbidden
            case .otherSize: .conflict
            case .inconsistent, .fork: .invalid
            case .storage: .overloaded
            }
        self.init(kind, refusal.code, refusal.description)
    }
}
