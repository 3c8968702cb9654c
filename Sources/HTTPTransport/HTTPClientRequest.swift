/// One HTTP request to send.
public struct HTTPClientRequest: Sendable {
    /// How long the parts of an exchange may take.
    public struct Timeouts: Sendable {
        /// From the first look-up of the name to the end of the TLS handshake.
        public var connect: Duration = .seconds(10)
        /// From the start to the last byte of the body; `nil` for no limit.
        ///
        /// Runs on while the reader of the body is slow.
        public var total: Duration?
        /// Ends an exchange that moves fewer than `bytesPerSecond` for so long; `nil` for no limit.
        ///
        /// Time during which the reader of the body was slow does not count.
        public var lowSpeed: (bytesPerSecond: Int, during: Duration)?

        public init(
            connect: Duration = .seconds(10),
            total: Duration? = nil,
            lowSpeed: (bytesPerSecond: Int, during: Duration)? = nil
        ) {
            self.connect = connect
            self.total = total
            self.lowSpeed = lowSpeed
        }
    }

    public var method: String
    /// Absolute, with the scheme `http` or `https`.
    public var url: String
    public var headers: HTTPClientHeaders
    /// `nil` for no body; an empty one is announced with `content-length: 0`.
    public var body: [UInt8]?
    public var timeouts: Timeouts
    /// Connects to this socket instead of the host of the URL, which then only names the `Host` header.
    public var unixSocketPath: String?
    /// Redirections followed before giving up; 0 hands every redirection to the caller.
    ///
    /// libcurl drops `Authorization` when the host changes, but no other header.
    public var maximumRedirects = 0

    public init(
        method: String = "GET",
        url: String,
        headers: HTTPClientHeaders = [:],
        body: [UInt8]? = nil,
        timeouts: Timeouts = Timeouts()
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeouts = timeouts
    }
}
