import HTTPWire

/// An answer that the activator gives itself, because no replica could.
struct LocalAnswer: Sendable {
    /// Why; also the value of the `x-pilotlight-reason` field and of a metric's label.
    enum Reason: String, Sendable, CaseIterable {
        case badRequest = "bad-request"
        case noRoute = "no-route"
        case queueFull = "queue-full"
        case coldStartTimeout = "cold-start-timeout"
        case responseTimeout = "response-timeout"
        case replicaUnreachable = "replica-unreachable"
        case replicaDied = "replica-died"
        case badResponse = "bad-response"
        case requestTimeout = "request-timeout"
        case shuttingDown = "shutting-down"
    }

    let status: Int
    let phrase: StaticString
    let reason: Reason
    /// One sentence for whoever reads it: what happened and, where there is something, what to do.
    let message: String
    var retryAfterSeconds: Int?

    static func queueFull(waiting: Int, revision: String) -> LocalAnswer {
        LocalAnswer(
            status: 503,
            phrase: "Service Unavailable",
            reason: .queueFull,
            message: "\(waiting) requests wait for \(revision) already; try again later",
            retryAfterSeconds: 1
        )
    }

    static func coldStartTimeout(seconds: Double, revision: String) -> LocalAnswer {
        LocalAnswer(
            status: 504,
            phrase: "Gateway Timeout",
            reason: .coldStartTimeout,
            message: "no replica of \(revision) became free within \(Int(seconds)) s"
        )
    }

    static func responseTimeout(seconds: Double, revision: String) -> LocalAnswer {
        LocalAnswer(
            status: 504,
            phrase: "Gateway Timeout",
            reason: .responseTimeout,
            message: "\(revision) did not begin to answer within \(Int(seconds)) s"
        )
    }

    static func replicaUnreachable(revision: String) -> LocalAnswer {
        LocalAnswer(
            status: 502,
            phrase: "Bad Gateway",
            reason: .replicaUnreachable,
            message: "no replica of \(revision) could be reached"
        )
    }

    static func replicaDied(revision: String) -> LocalAnswer {
        LocalAnswer(
            status: 502,
            phrase: "Bad Gateway",
            reason: .replicaDied,
            message: "the replica of \(revision) closed the connection before it answered"
        )
    }

    static func badResponse(_ detail: String, revision: String) -> LocalAnswer {
        LocalAnswer(
            status: 502,
            phrase: "Bad Gateway",
            reason: .badResponse,
            message: "the replica of \(revision) gave an answer that is not HTTP: \(detail)"
        )
    }

    /// The request breaks the rules of HTTP.
    static func refused(_ fault: WireFault) -> LocalAnswer {
        LocalAnswer(
            status: fault.status,
            phrase: Self.phrase(fault.status),
            reason: .badRequest,
            message: "\(fault.sentence)"
        )
    }

    static let refusedConnect = LocalAnswer(
        status: 501,
        phrase: "Not Implemented",
        reason: .badRequest,
        message: "this is no forward proxy, CONNECT leads nowhere"
    )

    private static func phrase(_ status: Int) -> StaticString {
        switch status {
        case 413: "Content Too Large"
        case 414: "URI Too Long"
        case 417: "Expectation Failed"
        case 431: "Request Header Fields Too Large"
        case 501: "Not Implemented"
        case 505: "HTTP Version Not Supported"
        default: "Bad Request"
        }
    }

    static let requestTimeout = LocalAnswer(
        status: 408,
        phrase: "Request Timeout",
        reason: .requestTimeout,
        message: "the request did not arrive in time"
    )

    static let shuttingDown = LocalAnswer(
        status: 503,
        phrase: "Service Unavailable",
        reason: .shuttingDown,
        message: "this activator is shutting down",
        retryAfterSeconds: 1
    )

    static func noRoute(host: String) -> LocalAnswer {
        LocalAnswer(
            status: 404,
            phrase: "Not Found",
            reason: .noRoute,
            message: "no service answers at \(host.isEmpty ? "this address" : "'\(host)'")"
        )
    }

    /// The whole answer as bytes.
    ///
    /// - Parameter isHead: Leaves the body out but tells its length, as the answer to a HEAD request does.
    func rendered(keepAlive: Bool, isHead: Bool = false) -> [UInt8] {
        var body: [UInt8] = Array("{\"error\":\"".utf8)
        for byte in self.message.utf8 {
            // Everything that could break out of the string, or out of a terminal, is left out rather than escaped.
            body.append(byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") ? 0x27 : byte)
        }
        body.append(contentsOf: "\"}\n".utf8)
        var text = "HTTP/1.1 \(self.status) \(self.phrase)\r\ncontent-type: application/json\r\n"
        text += "content-length: \(body.count)\r\nx-pilotlight-reason: \(self.reason.rawValue)\r\n"
        if let retryAfterSeconds { text += "retry-after: \(retryAfterSeconds)\r\n" }
        if !keepAlive { text += "connection: close\r\n" }
        text += "\r\n"
        return Array(text.utf8) + (isHead ? [] : body)
    }
}
