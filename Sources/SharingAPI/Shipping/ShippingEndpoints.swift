import Encodings
import HTTPTypes
import Hummingbird
import NIOCore
import SharingModel
import SharingService

/// What peers ask, and what operators do about them (docs/SHIPPING.md, section 8).
extension Endpoints {
    static let shipping: [Endpoint] = [
        Endpoint(
            method: .post, path: "/shipping/next",
            summary:
                "For peers: the next piece of what of this log is for them, at once or when there is something new",
            access: .peer, accepts: ["application/json"], answers: ["application/octet-stream"]
        ) { call in
            let (room, peer) = (call.site.postRoom, try call.askingPeer())
            let question = try PeerQuestion(json: try await Questions.json(call, limit: APILimits.peerQuestionBytes))
            let open = try room.open(peer)
            defer { withExtendedLifetime(open) {} }
            if room.holds(question) {
                try await ClientWatch.during(call.context.channel, onGone: { open.askerIsGone() }) {
                    await room.awaitNews(question, open)
                }
            }
            return Response(piece: try await room.answer(question, of: peer))
        },
        Endpoint(
            method: .post, path: "/shipping/acknowledgements",
            summary: "For peers: how far they have got, with their cosignature as a witness", access: .peer,
            accepts: ["application/json"], answers: []
        ) { call in
            let peer = try call.askingPeer()
            let members = try await Questions.members(
                call, allowed: ["size", "cosignature"], limit: APILimits.peerQuestionBytes)
            let size = try Questions.read(members, "size", "a size of this log", \.integer)
            let cosignature = try members["cosignature"].map { _ in
                try Questions.read(members, "cosignature", "signature lines of a note", \.string)
            }
            try call.site.postRoom.acknowledge(size, cosignature: cosignature, by: peer)
            return .empty
        },
        Endpoint(
            method: .get, path: "/v1/peers",
            summary: "For operators, IG leads and auditors: the sites that logs are exchanged with, and how it goes",
            access: .token
        ) { call in
            try call.authenticated().require([.operator, .igLead, .auditor])
            return Response(json: try call.site.postRoom.list())
        },
        Endpoint(
            method: .post, path: "/v1/peers/request",
            summary: "For operators: what this site would ask a peer for next, so that a file can be written for it",
            access: .token, accepts: ["application/json"]
        ) { call in
            let members = try await call.operated(["origin"])
            return Response(json: try await call.site.postRoom.question(to: try Questions.origin(members)).json)
        },
        Endpoint(
            method: .post, path: "/v1/peers/export",
            summary: "For operators: everything that is for a peer, as a file: one piece after another", access: .token,
            accepts: ["application/json"], answers: ["application/octet-stream"]
        ) { call in
            let members = try await call.operated(["origin", "request"])
            let question = try members["request"].map { try PeerQuestion(json: $0) }
            let export = try await call.site.postRoom.export(for: try Questions.origin(members), question)
            // What cannot be written at all is said so; what breaks in the middle cuts the file off.
            let first = try await export.next() ?? []
            var response = Response(piece: first)
            response.body = ResponseBody { writer in
                try await writer.write(ByteBuffer(bytes: first))
                while let piece = try await offLoop({ try await export.next() }) {
                    try await writer.write(ByteBuffer(bytes: piece))
                }
                try await writer.finish(nil)
            }
            return response
        },
        Endpoint(
            method: .post, path: "/v1/peers/import",
            summary: "For operators: takes one piece of a file that a peer wrote", access: .token,
            accepts: ["application/octet-stream"]
        ) { call in
            try call.authenticated().require([.operator])
            guard call.mediaType == "application/octet-stream" else {
                throw Rejection(.unsupportedMedia, "media-type", "send the piece as application/octet-stream")
            }
            let bytes = try await call.body(limit: ServiceLimits.peerPieceBytes)
            return Response(json: try await call.site.postRoom.take(file: bytes).json)
        },
        Endpoint(
            method: .post, path: "/v1/peers/resume",
            summary: "For operators: go on with a peer in spite of the evidence against it", access: .token,
            accepts: ["application/json"], answers: []
        ) { call in
            let members = try await call.operated(["origin", "reason"])
            let reason = try Questions.read(members, "reason", "1 to 1000 characters") { member in
                member.string.flatMap { (1...1000).contains($0.count) ? $0 : nil }
            }
            try await call.site.postRoom.resume(try Questions.origin(members), reason: reason)
            return .empty
        },
    ]
}

extension Call {
    /// The peer of a call that is for peers.
    fileprivate func askingPeer() throws -> KnownPeer {
        guard let peer else { throw Rejection.noToken }
        return peer
    }

    /// The members of an operator's question.
    fileprivate func operated(_ allowed: Set<String>) async throws -> JSONObject {
        try authenticated().require([.operator])
        return try await Questions.members(self, allowed: allowed, limit: APILimits.questionBytes)
    }
}

extension Questions {
    fileprivate static func origin(_ members: JSONObject) throws -> String {
        try read(members, "origin", "the origin of a peer", \.string)
    }
}

extension Response {
    fileprivate init(piece bytes: [UInt8]) {
        self.init(bytes: bytes, status: .ok, contentType: "application/octet-stream")
    }

    fileprivate static var empty: Response {
        Response(status: .noContent, headers: [.cacheControl: "no-store", .xContentTypeOptions: "nosniff"])
    }
}
