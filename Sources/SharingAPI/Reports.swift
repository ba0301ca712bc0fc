import Encodings
import Hummingbird
import SharingModel
import SharingService

/// `GET /v1/reports/{name}`: what an IG lead asks, as JSON or CSV.
enum Reports {
    private static let names = ReportName.allCases.map(\.rawValue).joined(separator: ", ")

    static let endpoint = Endpoint(
        method: .get, path: "/v1/reports/{name}",
        summary: "For IG leads: a report about what their agency is party to; one of " + names, access: .token,
        parameters: Query.pageParameters + [
            QueryParameter(name: "format", meaning: "json or csv"),
            QueryParameter(
                name: "subject",
                meaning: "for accounting: the person's site reference, see POST /v1/subjects/lookup"),
            QueryParameter(name: "consent", meaning: "for withdrawal-impact: the id of the consent"),
        ], answers: ["application/json", "text/csv"]
    ) { call in
        guard let name = call.context.parameters.get("name").flatMap({ ReportName(rawValue: $0) }) else {
            throw Rejection(.notFound, "no-such-report", "there is no such report; there are " + names)
        }
        let format = try call.query.value("format", "json or csv") { ["json", "csv"].contains($0) ? $0 : nil }
        let question = ReportQuestion(
            name, page: try call.query.page(),
            subject: try call.query.value(
                "subject", "a site reference, see POST /v1/subjects/lookup", UniqueID.init
            ).map(SubjectReference.init),
            consent: try call.query.value("consent", "the id of a consent", UniqueID.init))
        let report = try call.site.desk.report(question, for: try call.authenticated())
        return format == "csv"
            ? Response(text: report.csv, contentType: "text/csv; charset=utf-8") : Response(json: report.json)
    }
}
