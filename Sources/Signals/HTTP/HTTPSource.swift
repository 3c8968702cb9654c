import Autoscaler
import HTTPTransport

/// A server that a trigger asks over HTTP.
struct HTTPSource: Sendable {
    private let client: HTTPClient
    private let authentication: HTTPAuthentication
    private let token: OAuthToken?
    private let timeout: Duration

    init(_ clients: HTTPClients, _ authentication: HTTPAuthentication, timeout: Duration) {
        let client = clients.client(authentication.trust)
        self.client = client
        self.authentication = authentication
        self.token = authentication.oauth.map { OAuthToken($0, client: client) }
        self.timeout = timeout
    }

    /// The body of the answer to a GET.
    ///
    /// - Parameter url: With its query; what the authentication adds goes behind it.
    func get(
        _ url: String,
        headers: [(name: String, value: String)] = [],
        limit: Int = 8 << 20
    ) async throws(TriggerFailure) -> [UInt8] {
        var request = HTTPClientRequest(
            url: URLText.adding(self.authentication.query, to: url),
            timeouts: .init(connect: self.timeout, total: self.timeout)
        )
        for header in headers + self.authentication.headers { request.headers[header.name] = header.value }
        guard let token else { return try await self.client.answer(to: request, limit: limit) }
        request.headers["authorization"] = "Bearer " + (try await token.current(timeout: self.timeout))
        do {
            return try await self.client.answer(to: request, limit: limit)
        } catch {
            if error.kind == .refused { await token.discard() }
            throw error
        }
    }
}

extension HTTPClient {
    /// The body of a good answer; anything else is the failure that it means to a trigger.
    func answer(to request: HTTPClientRequest, limit: Int) async throws(TriggerFailure) -> [UInt8] {
        let (status, bytes): (Int, [UInt8])
        do {
            let response = try await self.send(request)
            (status, bytes) = (response.status, try await response.bytes(upTo: limit))
        } catch {
            throw TriggerFailure(error)
        }
        guard (200..<300).contains(status) else { throw TriggerFailure(request, status: status, body: bytes) }
        return bytes
    }
}

extension TriggerFailure {
    init(_ error: HTTPClientError) {
        let kind: Kind =
            switch error.code {
            case .tls: .refused
            case .invalidRequest, .tooLarge, .malformedReply, .tooManyRedirects: .invalid
            case .unreachable, .timedOut, .aborted, .cancelled, .closed: .unavailable
            }
        self.init(kind, error.description)
    }

    /// A status outside 200 to 299, with the beginning of what the server says about it.
    init(_ request: HTTPClientRequest, status: Int, body: [UInt8]) {
        let kind: Kind =
            switch status {
            case 401, 403, 407: .refused
            case 408, 425, 429, 500...599: .unavailable
            default: .invalid
            }
        let said = String(decoding: body.prefix(300), as: UTF8.self).split(whereSeparator: \.isNewline)
            .joined(separator: " ").trimmed
        let url = request.url.prefix { $0 != "?" }
        self.init(kind, "\(url) answered with status \(status)" + (said.isEmpty ? "" : ": \(said)"))
    }
}
