import Encodings
import EventStore
import Hummingbird
import Projections
import SharingModel
import SharingService

/// Every call of this release (DESIGN section 6).
enum Endpoints {
    static let all: [Endpoint] =
        events + people + registers + log + timestamps + witness + shipping + peerTrust + machines

    static let events: [Endpoint] = [
        Endpoint(
            method: .post, path: "/v1/events", summary: "Post one signed event, or many, one a line",
            access: .signedEvents, accepts: PostEvents.mediaTypes,
            answers: ["application/json", "application/x-ndjson"], handle: PostEvents.handle),
        Endpoint(
            method: .get, path: "/v1/events", summary: "The events that the reader may see, by index", access: .token,
            parameters: Query.pageParameters + [
                QueryParameter(name: "type", meaning: "only events of this type"),
                QueryParameter(name: "author", meaning: "only events of this author"),
                QueryParameter(name: "subject", meaning: "only events about the person with this site reference"),
            ]
        ) { call in
            let filter = ProjectionReader.EventFilter(
                type: call.query["type"], author: call.query["author"],
                subject: try call.query.value(
                    "subject", "a site reference, see POST /v1/subjects/lookup", UniqueID.init
                ).map(SubjectReference.init))
            let page = try call.query.page()
            return try await call.answer { try $0.events(for: $1, filter, page) }
        },
        Endpoint(
            method: .get, path: "/v1/events/{id}",
            summary: "One event: its entry, and its body as far as the reader may see it",
            access: .token
        ) { call in
            let id = try call.id()
            return try await call.answer { try $0.event(id, for: $1) }
        },
        Endpoint(
            method: .get, path: "/v1/events/{id}/proof", summary: "Its tlog-proof against the newest checkpoint",
            access: .token, answers: ["text/plain"]
        ) { call in
            Response(text: try call.site.desk.proof(try call.id(), for: try call.authenticated()))
        },
        Endpoint(
            method: .get, path: "/v1/stream",
            summary: "The events that the reader may see, as they are recorded (server-sent events)", access: .token,
            parameters: [
                QueryParameter(
                    name: "from", meaning: "log index to begin at; what is recorded from now on where none is named",
                    isInteger: true)
            ], headers: [StreamEvents.lastEventID], answers: ["text/event-stream"], handle: StreamEvents.handle),
        Endpoint(
            method: .post, path: "/v1/subjects/lookup",
            summary: "The site's reference for a person in an event that the reader may see", access: .token,
            accepts: ["application/json"]
        ) { call in
            let identifier = try await Questions.identifier(call)
            return Response(json: try call.site.desk.lookup(identifier, for: try call.authenticated()))
        },
        Endpoint(
            method: .post, path: "/v1/decisions",
            summary: "For the holder: would this be permitted? Nothing is recorded",
            access: .token, accepts: ["application/json"]
        ) { call in
            let asked = try await Questions.decision(call)
            return Response(json: try call.site.desk.wouldPermit(asked, for: try call.authenticated()))
        },
    ]

    static let registers: [Endpoint] = [
        Endpoint(
            method: .get, path: "/v1/referrals", summary: "The board: referrals that the reader's agency sent or got",
            access: .token,
            parameters: Query.pageParameters + [
                QueryParameter(name: "party", meaning: "only those with this agency"),
                QueryParameter(name: "status", meaning: "only those in this state"),
                QueryParameter(
                    name: "overdue", meaning: "true: only those with a clock that is past due; false: only the others"),
                Query.asOf,
            ]
        ) { call in
            let filter = ReadingDesk.ReferralFilter(
                party: try call.query.value("party", "an agency, such as ods:RBS25") { try? AgencyID($0) },
                status: try call.query.value(
                    "status", "one of " + ReferralState.allCases.map(\.rawValue).joined(separator: ", "),
                    ReferralState.init(rawValue:)),
                overdue: try call.query.value("overdue", "true or false", Bool.init))
            let (desk, page) = (call.site.desk.asOf(try call.query.moment()), try call.query.page())
            return Response(json: try desk.referrals(for: try call.authenticated(), filter, page))
        },
        Endpoint(
            method: .get, path: "/v1/referrals/{id}", summary: "One referral and the steps of its life", access: .token
        ) { call in
            Response(json: try call.site.desk.referral(try call.id(), for: try call.authenticated()))
        },
        Endpoint(
            method: .get, path: "/v1/consents", summary: "A person's consents that the reader may read", access: .token,
            parameters: [
                QueryParameter(name: "subject", meaning: "the person's site reference, see POST /v1/subjects/lookup")
            ]
        ) { call in
            guard
                let subject = try call.query.value(
                    "subject", "a site reference, see POST /v1/subjects/lookup", UniqueID.init)
            else {
                throw Rejection(
                    .malformed, "parameter-missing", "name the person with `subject`, see POST /v1/subjects/lookup")
            }
            return Response(
                json: try call.site.desk.consents(about: SubjectReference(subject), for: try call.authenticated()))
        },
        Endpoint(
            method: .get, path: "/v1/disclosures", summary: "The register of what was asked for, given and got",
            access: .token,
            parameters: Query.pageParameters + [
                QueryParameter(
                    name: "status", meaning: "referred: only what waits for people of the reader's agency to settle"),
                Query.asOf,
            ]
        ) { call in
            let status = try call.query.value("status", "referred") { $0 == "referred" ? $0 : nil }
            let (desk, page) = (call.site.desk.asOf(try call.query.moment()), try call.query.page())
            return Response(
                json: try desk.disclosures(for: try call.authenticated(), isReferred: status != nil, page))
        },
        Endpoint(
            method: .get, path: "/v1/disclosures/{id}", summary: "One of them, with the decision and its reasons",
            access: .token
        ) { call in
            Response(json: try call.site.desk.disclosure(try call.id(), for: try call.authenticated()))
        },
        Endpoint(
            method: .get, path: "/v1/disclosures/{id}/content", summary: "What the recipient may have of it",
            access: .token
        ) { call in
            let id = try call.id()
            return try await call.answer { try $0.content(id, for: $1) }
        },
        Endpoint(
            method: .get, path: "/v1/agreements", summary: "The agreements of the reader's agency and their state",
            access: .token, parameters: [Query.asOf]
        ) { call in
            let desk = call.site.desk.asOf(try call.query.moment())
            return Response(json: try desk.agreements(for: try call.authenticated()))
        },
        Endpoint(
            method: .get, path: "/v1/agreements/{id}", summary: "One agreement with its document", access: .token,
            parameters: [QueryParameter(name: "version", meaning: "the newest where none is named", isInteger: true)]
        ) { call in
            guard let id = call.context.parameters.get("id").flatMap({ AgreementID($0) }) else {
                throw ReadingDesk.nothingHere
            }
            let version = try call.query.value("version", "a whole number", Int64.init)
            return Response(json: try call.site.desk.agreement(id, version: version, for: try call.authenticated()))
        },
        Endpoint(
            method: .get, path: "/v1/agencies", summary: "Who is enrolled, and with which keys", access: .token
        ) { call in
            Response(json: try call.site.desk.agencies())
        },
        Reports.endpoint,
    ]

    static let log: [Endpoint] = [
        Endpoint(
            method: .get, path: "/log/vkey", summary: "The log's verifier key; pin it by other means", access: .open,
            answers: ["text/plain"]
        ) { call in
            Response(text: call.site.verifierKey.description + "\n")
        },
        Endpoint(
            method: .get, path: "/log/checkpoint",
            summary: "The newest checkpoint, with its cosignatures; under a policy, the newest that it trusts",
            access: .open,
            parameters: [
                QueryParameter(
                    name: "size", meaning: "instead, the one signed at this size or next after it", isInteger: true)
            ],
            answers: ["text/plain"]
        ) { call in
            Response(text: try Checkpoints.note(call))
        },
        Endpoint(
            method: .get, path: "/log/tile/entries/**", summary: "For auditors: a bundle of entries (C2SP tlog-tiles)",
            access: .token, answers: ["application/octet-stream"]
        ) { call in
            try call.authenticated().require([.auditor])
            return try Tiles.answer(call, "tile/entries/", cached: "private")
        },
        Endpoint(
            method: .get, path: "/log/tile/**", summary: "A tile of hashes (C2SP tlog-tiles)", access: .open,
            answers: ["application/octet-stream"]
        ) { call in
            try Tiles.answer(call, "tile/", cached: "public")
        },
    ]

    static let witness: [Endpoint] = [
        Endpoint(
            method: .get, path: "/witness/vkey", summary: "The verifier key of this site's cosignatures", access: .open,
            answers: ["text/plain"]
        ) { call in
            Response(text: call.site.witness.verifierKey.description + "\n")
        },
        Endpoint(
            method: .get, path: "/witness/{origin}/checkpoint",
            summary:
                "The checkpoint cosigned last for the log whose origin has this SHA-256, in hex (C2SP tlog-witness)",
            access: .open, answers: ["text/plain"]
        ) { call in
            guard let hash = call.context.parameters.get("origin"),
                let note = try call.site.witness.lastSeen(originHash: hash)
            else { throw ReadingDesk.nothingHere }
            return Response(text: note)
        },
        Endpoint(
            method: .post, path: "/witness/add-checkpoint",
            summary: "Be a witness: cosign a checkpoint that is consistent with the last one (C2SP tlog-witness)",
            access: .open,
            accepts: ["text/plain"], answers: ["text/plain"], handle: AddCheckpoint.handle),
    ]

    static let machines: [Endpoint] = [
        Endpoint(method: .get, path: "/healthz", summary: "Whether the process runs", access: .open) { _ in
            Response(json: .object(["status": "ok"]))
        },
        Endpoint(method: .get, path: "/readyz", summary: "Whether events are taken", access: .open) { call in
            if call.site.witnessing.setBack != nil { throw Rejection.logSetBack }
            guard call.site.isReady else { throw Rejection.notReady }
            if let reason = call.site.timestamps.holdsBack(at: call.site.now) { throw reason }
            if let reason = call.site.postRoom.holdsBack { throw reason }
            return Response(json: .object(["status": "ready", "size": .integer(call.site.head.size)]))
        },
        Endpoint(
            method: .get, path: "/metrics",
            summary: "For operators and auditors: counters in the Prometheus text format",
            access: .token, answers: ["text/plain"]
        ) { call in
            try call.authenticated().require([.operator, .auditor])
            call.site.postRoom.updateMetrics()
            return Response(
                text: call.site.metrics.text(
                    gauges: [
                        ("sharing_log_size", call.site.head.size), ("sharing_queue_depth", Int64(call.site.queueDepth)),
                        ("sharing_stream_clients", Int64(call.site.subscribers.count)),
                    ] + call.site.timestamps.gauges(at: call.site.now)),
                contentType: "text/plain; version=0.0.4; charset=utf-8")
        },
        Endpoint(method: .get, path: "/openapi.json", summary: "This interface, for machines", access: .open) { _ in
            Response(json: OpenAPI.document(of: all))
        },
    ]
}
