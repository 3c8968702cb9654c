import NIOCore

/// Where a server listens.
public struct BoundAddress: Sendable, Equatable, CustomStringConvertible {
    public let host: String
    public let port: Int

    init(_ address: SocketAddress) {
        self.host = address.ipAddress ?? ""
        self.port = address.port ?? 0
    }

    public var description: String {
        self.host.contains(":") ? "[\(self.host)]:\(self.port)" : "\(self.host):\(self.port)"
    }
}

/// The socket could not be opened.
public struct ListenError: Error, CustomStringConvertible {
    let host: String
    let port: Int
    let cause: String

    public var description: String {
        "cannot listen on \(self.host), port \(self.port): \(self.cause)\n"
            + "Try: another --port, or 0 for one that is free"
    }
}
