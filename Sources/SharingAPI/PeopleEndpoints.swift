import Encodings
import Hummingbird
import SharingModel
import SharingService

/// Calls about a person and about what must be looked at again.
extension Endpoints {
    static let people: [Endpoint] = [
        Endpoint(
            method: .post, path: "/v1/subjects/involved",
            summary: "Who is involved with a person, as far as the reader may know", access: .token,
            accepts: ["application/json"]
        ) { call in
            let identifier = try await Questions.identifier(call)
            return Response(json: try call.site.desk.involved(with: identifier, for: try call.authenticated()))
        },
        Endpoint(
            method: .get, path: "/v1/reviews",
            summary: "For IG leads: decisions that must be looked at again, and what came of it", access: .token,
            parameters: Query.pageParameters + [
                QueryParameter(name: "due", meaning: "true: only those that still wait; false: only the others"),
                Query.asOf,
            ]
        ) { call in
            let isDue = try call.query.value("due", "true or false", Bool.init)
            let (desk, page) = (call.site.desk.asOf(try call.query.moment()), try call.query.page())
            return Response(json: try desk.reviews(for: try call.authenticated(), isDue: isDue, page))
        },
    ]
}
