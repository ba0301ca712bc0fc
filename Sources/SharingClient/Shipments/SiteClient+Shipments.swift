package import Encodings

/// Shipments as files: for a site without a line, by its operator.
extension SiteClient {
    /// Has the site write everything that is for a peer.
    /// - Parameters:
    ///   - request: what that peer would ask for; nil for all from the beginning.
    ///   - write: takes the bytes in order, in pieces of whatever size they come.
    package func export(to origin: String, request: JSON?, _ write: ([UInt8]) throws -> Void) async throws {
        let transport = Transport(
            server: settings.server, connections: 1, tls: settings.tls, silenceSeconds: ClientLimits.callSeconds)
        do {
            let answer = try await transport.open(
                .init(
                    method: .post, url: url("/v1/peers/export"), token: try await token(),
                    contentType: "application/json",
                    body: JSON.object(["origin": .string(origin), "request": request]).bytes))
            guard answer.status == 200 else { throw failure(try await answer.whole()) }
            while let bytes = try await answer.next() { try write(Array(bytes)) }
            await transport.shutdown()
        } catch {
            await transport.shutdown()
            throw error
        }
    }

    /// Hands a site one piece of a file that a peer wrote.
    package func `import`(piece: [UInt8]) async throws(ClientError) -> JSON {
        try await ask("/v1/peers/import", piece, contentType: "application/octet-stream")
    }

    /// Goes on with a peer in spite of the evidence against it.
    package func resume(peer origin: String, reason: String) async throws(ClientError) {
        try await tell("/v1/peers/resume", .object(["origin": .string(origin), "reason": .string(reason)]))
    }
}
