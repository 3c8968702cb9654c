/// Where the administration listens and whom it answers.
public struct AdministrationSettings: Sendable {
    /// Loopback unless an operator says otherwise: whoever reaches it sees every service and its logs.
    public var host: String
    /// 0 lets the kernel choose.
    public var port: Int
    /// Names, beside `localhost` and addresses, under which clients may speak to it.
    ///
    /// A request for any other name is refused: a page from elsewhere could have had its name point here to read the
    /// answers (DNS rebinding).
    public var allowedHosts: Set<String>
    public var maximumConnections = 256
    /// Streams of events, logs and watches at once; they live long and each holds a buffer.
    public var maximumStreams = 64
    /// Of the program, for the status.
    public var version: String

    public init(
        host: String = "127.0.0.1",
        port: Int = 0,
        allowedHosts: Set<String> = [],
        version: String = "development"
    ) {
        self.host = host
        self.port = port
        self.allowedHosts = allowedHosts
        self.version = version
    }
}
