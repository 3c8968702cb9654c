import HTTPTypes
import Hummingbird
import KubernetesClient
import Logging
import Telemetry

/// Answers every request to the administration.
struct AdministrationResponder: HTTPResponder {
    typealias Context = BasicRequestContext

    let hosts: HostGuard
    let page: DashboardPage
    let status: StatusService
    let events: EventStream
    let streams: StreamGate
    let metrics: MetricsRegistry
    let readiness: any ReadinessSource
    let logs: LogAnswer
    let gateway: KubernetesGateway
    let log: Logger

    func respond(to request: Request, context: Context) async throws -> Response {
        var answer = await self.answer(request)
        answer.headers[.xContentTypeOptions] = "nosniff"
        answer.headers[.cacheControl] = "no-store"
        answer.headers.set("referrer-policy", "no-referrer")
        answer.headers.set("x-frame-options", "DENY")
        answer.headers.set("cross-origin-resource-policy", "same-origin")
        answer.headers.set("cross-origin-opener-policy", "same-origin")
        return request.method == .head ? answer.createHeadResponse() : answer
    }

    private func answer(_ request: Request) async -> Response {
        guard let authority = request.head.authority else {
            return .text("The request names no host.\n", status: .badRequest)
        }
        guard self.hosts.allows(authority) else {
            return .text(
                "This server does not answer for that host name. "
                    + "Ask for localhost or for the address itself.\n",
                status: .forbidden
            )
        }
        guard request.method == .get || request.method == .head else {
            return self.refused(request, "This server only shows; it changes nothing.\n", .methodNotAllowed)
        }
        // Nothing here reads a body, so none may come.
        guard (request.headers[.contentLength] ?? "0") == "0", request.headers[.transferEncoding] == nil else {
            return self.refused(request, "A request to this server has no body.\n", .contentTooLarge)
        }
        return await self.route(request)
    }

    private func route(_ request: Request) async -> Response {
        let query = Query(request.uri.query)
        let path = Query.decoded(request.uri.path[...]) ?? request.uri.path
        switch path {
        case "/": return self.dashboard()
        case "/healthz", "/livez": return .text("ok\n")
        case "/readyz": return await self.readyz()
        case "/metrics":
            return .of(Array(await self.metrics.exposition().utf8), PrometheusText.contentType)
        case "/api/status": return await self.statusAnswer(query)
        case "/api/events": return self.eventAnswer(request, query)
        case "/api/logs": return await self.logs.answer(request, query)
        default:
            if let answer = await self.gateway.answer(request, path: path, query: query) { return answer }
            return .text(
                "Nothing is here. There are: / /api/status /api/events /api/logs /metrics /healthz /readyz, "
                    + "and the Kubernetes API under /api/v1 and /apis\n",
                status: .notFound
            )
        }
    }

    private func dashboard() -> Response {
        let nonce = DashboardPage.nonce()
        var answer = Response.of(self.page.html(nonce: nonce), "text/html; charset=utf-8")
        answer.headers[.contentSecurityPolicy] = DashboardPage.contentSecurityPolicy(nonce: nonce)
        return answer
    }

    private func readyz() async -> Response {
        let obstacles = await self.readiness.obstacles()
        guard !obstacles.isEmpty else { return .text("ok\n") }
        return .text(obstacles.map { $0 + "\n" }.joined(), status: .serviceUnavailable)
    }

    private func statusAnswer(_ query: Query) async -> Response {
        do {
            let status = try await self.status.status(withHistory: query.isOn("history"))
            return .json(status.json, indented: query.isOn("pretty"))
        } catch {
            self.log.warning("status cannot be read", metadata: ["error": "\(error)"])
            return .text("The status cannot be read: \(error)\n", status: .serviceUnavailable)
        }
    }

    private func eventAnswer(_ request: Request, _ query: Query) -> Response {
        let last = request.headers[.lastEventID].flatMap { UInt64($0) }
        let replay = query["replay"].flatMap(Int.init) ?? 0
        return self.streams.stream("text/event-stream", for: request) { channel in
            // Who comes back after an interruption gets all that is remembered of what it missed.
            await self.events.run(into: channel, replaying: last == nil ? replay : .max, after: last)
        }
    }

    private func refused(_ request: Request, _ message: String, _ status: HTTPResponse.Status) -> Response {
        let isAPI = APIPath(request.uri.path) != nil
        let document = StatusDocument(status, reason: "MethodNotAllowed", message: message)
        var answer = isAPI && status == .methodNotAllowed ? document.answer : .text(message, status: status)
        if status == .methodNotAllowed { answer.headers[.allow] = "GET, HEAD" }
        // What the request still brings is not read.
        answer.headers[.connection] = "close"
        return answer
    }
}

extension HTTPField.Name {
    fileprivate static let lastEventID: HTTPField.Name = {
        guard let name = HTTPField.Name("last-event-id") else { preconditionFailure("a valid name") }
        return name
    }()
}
