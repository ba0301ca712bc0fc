import Encodings

/// The interface as OpenAPI 3.1, drawn from the endpoints themselves. Events' members stand in the schemas under docs/events.
enum OpenAPI {
    static func document(of endpoints: [Endpoint]) -> JSON {
        var paths = JSONObject()
        for endpoint in endpoints {
            let path = described(endpoint.path)
            var item = paths[path]?.object ?? JSONObject()
            item[endpoint.method.rawValue.lowercased()] = operation(endpoint)
            paths[path] = .object(item)
        }
        return .object([
            "openapi": "3.1.0",
            "info": .object([
                "title": "sharingd", "version": "1",
                "description":
                    "A signed record of information sharing. Errors are RFC 9457 problem documents with a stable `code`.",
            ]),
            "paths": .object(paths),
            "components": .object([
                "securitySchemes": .object([
                    "token": .object([
                        "type": "http", "scheme": "bearer", "bearerFormat": "JWT",
                        "description": """
                        signed with an enrolled key, typ JWT; iss the key's agency, aud the site's origin, iat, exp at most 300 s ahead, jti
                        """,
                    ]),
                    "peer": .object([
                        "type": "http", "scheme": "bearer", "bearerFormat": "JWT",
                        "description":
                            "the same, signed with the site key that a peer was added with; iss site: and its origin",
                    ]),
                ]),
                "schemas": .object([
                    "problem": .object([
                        "type": "object", "required": ["type", "title", "status", "code", "detail"],
                        "properties": .object([
                            "type": .object(["type": "string"]), "title": .object(["type": "string"]),
                            "status": .object(["type": "integer"]), "code": .object(["type": "string"]),
                            "detail": .object(["type": "string"]),
                            "errors": .object([
                                "type": "array",
                                "items": .object([
                                    "type": "object",
                                    "properties": .object([
                                        "pointer": .object(["type": "string"]), "code": .object(["type": "string"]),
                                        "detail": .object(["type": "string"]),
                                    ]),
                                ]),
                            ]),
                        ]),
                    ])
                ]),
            ]),
        ])
    }

    /// OpenAPI has no parameter for the rest of a path; it is given as one.
    private static func described(_ path: String) -> String { path.replacing("**", with: "{path}") }

    private static func operation(_ endpoint: Endpoint) -> JSON {
        let inPath = described(endpoint.path).split(separator: "/").filter { $0.hasPrefix("{") }.map { name in
            JSON.object([
                "name": .string(String(name.dropFirst().dropLast())), "in": "path", "required": true,
                "schema": .object(["type": "string"]),
            ])
        }
        let inQuery = endpoint.parameters.map { parameter in
            JSON.object([
                "name": .string(parameter.name), "in": "query", "description": .string(parameter.meaning),
                "schema": .object(["type": parameter.isInteger ? "integer" : "string"]),
            ])
        }
        let inHeader = endpoint.headers.map { header in
            JSON.object([
                "name": .string(header.name), "in": "header", "description": .string(header.meaning),
                "schema": .object(["type": "string"]),
            ])
        }
        let parameters = inPath + inQuery + inHeader
        let answer = JSON.object(["description": "the answer", "content": content(endpoint.answers)])
        var responses = JSONObject([(endpoint.answers.isEmpty ? "204" : "200", answer)])
        if endpoint.access == .signedEvents {
            responses["201"] = .object(["description": "recorded: the receipt"])
        }
        responses["default"] = .object([
            "description": "a problem",
            "content": .object([
                "application/problem+json": .object(["schema": .object(["$ref": "#/components/schemas/problem"])])
            ]),
        ])
        let security: JSON =
            switch endpoint.access {
            case .token: [.object(["token": []])]
            case .peer: [.object(["peer": []])]
            case .open, .signedEvents: []
            }
        return .object([
            "summary": .string(endpoint.summary), "security": security,
            "parameters": parameters.isEmpty ? nil : .array(parameters),
            "requestBody": content(endpoint.accepts).map { .object(["required": true, "content": $0]) },
            "responses": .object(responses),
        ])
    }

    private static func content(_ mediaTypes: [String]) -> JSON? {
        guard !mediaTypes.isEmpty else { return nil }
        return .object(JSONObject(mediaTypes.map { ($0, .object(JSONObject())) }))
    }
}
