import Encodings
import HTTPTypes
import Hummingbird
import HummingbirdCore
package import Logging
import NIOCore
package import ServiceLifecycle
import SharingModel
package import SharingService

/// What the handlers know of a request beside the request itself.
struct AppRequestContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// The connection, for an answer that may have to be cut off.
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
    }
}

/// The front desk: HTTP over one site.
package struct Server: Sendable {
    private let site: Site
    private let configuration: DaemonConfiguration
    private let certificates: ServerCertificates?
    private let logger: Logger
    private let bodies = HeldBytes(limit: APILimits.heldBodyBytes)
    /// Tests serve fewer connections, for shorter.
    var connections = APILimits.connections
    var silence = TimeAmount.seconds(APILimits.idleSeconds)

    /// - Parameter certificates: nil to serve in plaintext, which the configuration allows on loopback only.
    package init(
        site: Site, configuration: DaemonConfiguration, certificates: ServerCertificates? = nil, logger: Logger
    ) {
        self.site = site
        self.configuration = configuration
        self.certificates = certificates
        self.logger = logger
    }

    /// Serves until the service group that it runs in is told to end; what was accepted is answered first.
    /// - Parameter onListening: is told the port, which the system chose if 0 was asked for.
    package func application(onListening: @escaping @Sendable (Int) -> Void) throws -> some Service {
        let http = HTTP1Channel.Configuration(
            idleTimeout: silence,
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: APILimits.headerBytes, maxHeaderListSize: 2 * APILimits.headerBytes,
                maxHeaderFieldCount: APILimits.headerFields))
        let (certificates, silence) = (certificates, silence)
        return Application(
            router: router(),
            server: HTTPServerBuilder { responder in
                let plain = ClosingUnread(
                    base: OnEventLoop(base: HTTP1Channel(responder: responder, configuration: http)), after: silence)
                return certificates.map { TLSChildChannel(base: plain, certificates: $0) } ?? plain
            },
            configuration: .init(
                address: .hostname(configuration.listen.host, port: configuration.listen.port), backlog: 1_024,
                availableConnectionsDelegate: MaximumAvailableConnections(connections)),
            onServerRunning: { channel in onListening(channel.localAddress?.port ?? 0) },
            // The server's own lines name hosts and errors only; ours are written per call below.
            logger: Logger(label: "http") { _ in QuietHandler(passing: logger.handler) })
    }

    private func router() -> Router<AppRequestContext> {
        let endpoints = Endpoints.all
        let router = Router(context: AppRequestContext.self)
        for endpoint in endpoints {
            let method: HTTPRequest.Method = endpoint.method == .get ? .get : .post
            router.on(RouterPath(endpoint.path), method: method) { request, context in
                // Whoever posts an event leaves the loop where that takes long; everything else reads from disk.
                endpoint.access == .signedEvents
                    ? await answer(request, context, endpoint)
                    : await offLoop { await answer(request, context, endpoint) }
            }
        }
        router.add(middleware: UnknownPath())
        return router
    }

    /// Runs one call and turns whatever goes wrong into a problem document.
    private func answer(_ request: Request, _ context: AppRequestContext, _ endpoint: Endpoint) async -> Response {
        var reader: Reader?
        let response: Response
        do {
            if endpoint.access == .token { reader = try authenticate(request) }
            let peer = endpoint.access == .peer ? try site.postRoom.authenticate(bearer(request)) : nil
            let query = try Query(request, allowed: endpoint.parameters)
            response = try await endpoint.handle(
                Call(
                    request: request, context: context, site: site, bodies: bodies, reader: reader, peer: peer,
                    query: query))
        } catch let rejection as Rejection {
            site.metrics.count("sharing_rejections_total", "code", rejection.code)
            response = rejection.response
        } catch {
            // Texts of unforeseen errors may say anything, so they go to nobody but the operator, by type.
            logger.error("a call failed", metadata: ["call": "\(endpoint.path)", "error": "\(type(of: error))"])
            response = Rejection.fault.response(.internalServerError)
        }
        log(endpoint, reader, response)
        return response
    }

    private func authenticate(_ request: Request) throws(Rejection) -> Reader {
        try site.frontDesk.authenticate(bearer(request), now: site.now)
    }

    private func bearer(_ request: Request) throws(Rejection) -> [UInt8] {
        guard let header = request.headers[.authorization] else { throw .noToken }
        let scheme = "bearer "
        guard header.prefix(scheme.count).lowercased() == scheme, header.utf8.count <= APILimits.tokenBytes else {
            throw .noToken
        }
        return Array(header.dropFirst(scheme.count).utf8)
    }

    /// Reads are written down with who read, by key and token; paths are those of the endpoint, so that no id stands in a log.
    private func log(_ endpoint: Endpoint, _ reader: Reader?, _ response: Response) {
        // Most answers are written down nowhere, and their words are not made then.
        guard reader != nil || logger.logLevel <= .debug else { return }
        var metadata: Logger.Metadata = [
            "call": "\(endpoint.method.rawValue) \(endpoint.path)", "status": "\(response.status.code)",
        ]
        guard let reader else {
            logger.debug("answered", metadata: metadata)
            return
        }
        site.metrics.count("sharing_reads_total")
        metadata["agency"] = "\(reader.agency)"
        metadata["jti"] = reader.tokenID.map { "\($0.prefix(64))" }
        logger.info("read", metadata: metadata)
    }
}

extension Rejection {
    /// Answered in place of an error that nobody foresaw.
    static let fault = Rejection(
        .overloaded, "internal-error", "something went wrong here; the operator's log says what, send it again later")
}

/// A path that no call has: a problem document like every other error.
private struct UnknownPath: RouterMiddleware {
    func handle(
        _ request: Request, context: AppRequestContext, next: (Request, AppRequestContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as HTTPError where error.status == .notFound {
            return Rejection(.notFound, "no-such-call", "there is no such call; see /openapi.json").response
        } catch let error as HTTPError where error.status == .methodNotAllowed {
            return Rejection(.notFound, "no-such-call", "there is no such call; see /openapi.json").response
        }
    }
}

/// Lets the HTTP server's own warnings and errors through, not its chatter.
private struct QuietHandler: LogHandler {
    private var passing: any LogHandler

    init(passing: any LogHandler) {
        self.passing = passing
        logLevel = .warning
    }

    var logLevel: Logger.Level
    var metadata: Logger.Metadata {
        get { passing.metadata }
        set { passing.metadata = newValue }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { passing[metadataKey: key] }
        set { passing[metadataKey: key] = newValue }
    }

    func log(event: LogEvent) { passing.log(event: event) }
}
