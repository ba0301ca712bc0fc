import Encodings
import HTTPTypes
import Hummingbird
import NIOCore
import SharingModel
import SharingService

/// An error as RFC 9457 has it: `application/problem+json` with a stable `code`.
extension Rejection {
    var status: HTTPResponse.Status {
        switch kind {
        case .malformed: .badRequest
        case .unauthenticated: .unauthorized
        case .forbidden: .forbidden
        case .notFound: .notFound
        case .conflict: .conflict
        case .tooLarge: .contentTooLarge
        case .unsupportedMedia: .unsupportedMediaType
        case .invalid: .unprocessableContent
        case .tooMany: .tooManyRequests
        case .overloaded, .storageFull, .readOnly: .serviceUnavailable
        }
    }

    /// The members of the problem document.
    func document(_ status: HTTPResponse.Status) -> JSON {
        let problem = JSON.object([
            "type": "about:blank",
            "title": .string(status.reasonPhrase),
            "status": .integer(Int64(status.code)),
            "code": .string(code),
            "detail": .string(detail),
            "errors": violations.isEmpty
                ? nil
                : .array(
                    violations.map {
                        .object([
                            "pointer": .string($0.pointer), "code": .string($0.code), "detail": .string($0.detail),
                        ])
                    }),
        ])
        guard !members.isEmpty, var document = problem.object else { return problem }
        for (name, value) in members { document[name] = .string(value) }
        return .object(document)
    }

    var response: Response { response(status) }

    func response(_ status: HTTPResponse.Status) -> Response {
        var response = Response(json: document(status), status: status, contentType: "application/problem+json")
        switch kind {
        case .overloaded, .tooMany: response.headers[.retryAfter] = String(ServiceLimits.retryAfterSeconds)
        case .storageFull: response.headers[.retryAfter] = String(ServiceLimits.retryAfterDiskFullSeconds)
        case .readOnly: response.headers[.retryAfter] = String(ServiceLimits.retryAfterReadOnlySeconds)
        case .unauthenticated: response.headers[.wwwAuthenticate] = "Bearer"
        default: break
        }
        return response
    }
}

extension Response {
    init(json: JSON, status: HTTPResponse.Status = .ok, contentType: String = "application/json") {
        self.init(bytes: json.bytes, status: status, contentType: contentType)
    }

    init(text: String, contentType: String = "text/plain; charset=utf-8") {
        self.init(bytes: Array(text.utf8), status: .ok, contentType: contentType)
    }

    /// Nothing here is public, so nothing is cached on the way, save where a route says otherwise.
    init(bytes: [UInt8], status: HTTPResponse.Status, contentType: String) {
        self.init(
            status: status,
            headers: [.contentType: contentType, .cacheControl: "no-store", .xContentTypeOptions: "nosniff"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}
