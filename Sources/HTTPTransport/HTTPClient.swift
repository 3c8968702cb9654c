/// Sends HTTP requests over connections that it keeps and shares.
///
/// Certificates are verified and redirections handed to the caller unless the request says otherwise. All transfers of
/// one client run on one thread of its own, which ends with the client and the
/// last of its bodies.
///
/// ```swift
/// let client = HTTPClient()
/// let response = try await client.send(HTTPClientRequest(url: "http://127.0.0.1:8080/healthz"))
/// print(response.status, try await response.text(upTo: 65_536))
/// ```
public final class HTTPClient: Sendable {
    public struct Configuration: Sendable {
        /// Connections open at once, to all hosts together; further requests wait for one.
        public var maximumConnections = 64
        /// Connections open at once to one host.
        public var maximumConnectionsPerHost = 16
        public var tls = TLSSettings()
        /// Sent when a request names none.
        public var userAgent = "pilotlight"

        public init() {}
    }

    /// Whom to trust, and who to be.
    public struct TLSSettings: Sendable {
        /// Certificates in PEM to trust instead of the system's.
        public var certificateAuthority: [UInt8]?
        /// Certificate chain in PEM that the client shows.
        public var clientCertificate: [UInt8]?
        /// Key of that certificate in PEM.
        public var clientKey: [UInt8]?
        /// Turning this off lets anyone on the way read and change everything.
        public var verifiesServer = true

        public init() {}
    }

    private let loop: CurlLoopHandle

    public init(_ configuration: Configuration = Configuration()) {
        self.loop = CurlLoop.start(configuration)
    }

    deinit {
        self.loop.stop()
    }

    /// Sends a request and returns once the head of the answer is there.
    ///
    /// Cancelling the task ends the exchange, as does letting go of the response.
    public func send(_ request: HTTPClientRequest) async throws(HTTPClientError) -> HTTPClientResponse {
        try request.validate()
        let transfer = Transfer(request, loop: self.loop)
        let head = try await transfer.start()
        return HTTPClientResponse(
            status: head.status,
            headers: head.headers,
            body: HTTPClientBody(transfer, client: self)
        )
    }

    /// Ends every exchange with `closed`; later ones are refused with the same error.
    public func shutdown() {
        self.loop.stop()
    }
}

extension HTTPClientRequest {
    /// What errors call the exchange.
    var subject: String {
        let address = self.url.prefix { $0 != "?" && $0 != "#" }
        guard let scheme = address.firstRange(of: "://") else { return "\(self.method) \(address)" }
        let rest = address[scheme.upperBound...]
        let host = rest.prefix { $0 != "/" }
        guard let sign = host.lastIndex(of: "@") else { return "\(self.method) \(address)" }
        return "\(self.method) \(address[..<scheme.upperBound])\(rest[rest.index(after: sign)...])"
    }

    /// Refuses what would let a header value or a URL smuggle in another request.
    func validate() throws(HTTPClientError) {
        guard !self.method.isEmpty, self.method.utf8.allSatisfy(Self.isToken) else {
            throw self.invalid("'\(self.method)' is no method")
        }
        let scheme = self.url.prefix { $0 != ":" }.lowercased()
        guard scheme == "http" || scheme == "https", self.url.dropFirst(scheme.count).hasPrefix("://") else {
            throw self.invalid("the address does not begin with http:// or https://")
        }
        guard self.url.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else {
            throw self.invalid("the address holds a blank or a control character")
        }
        for field in self.headers.fields {
            guard !field.name.isEmpty, field.name.utf8.allSatisfy(Self.isToken) else {
                throw self.invalid("'\(field.name)' is no header name")
            }
            guard field.value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
                throw self.invalid("the header '\(field.name)' holds a control character")
            }
        }
    }

    private func invalid(_ detail: String) -> HTTPClientError {
        HTTPClientError(.invalidRequest, subject: self.subject, detail: detail)
    }

    /// RFC 9110, 5.6.2.
    private static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}
