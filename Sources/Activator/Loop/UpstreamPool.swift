/// The idle connections of one loop to one replica, the last used first: the others grow old and are closed.
final class UpstreamPool {
    /// Keeps the endpoint alive, so that the pool's key names no other one.
    private let endpoint: ReplicaEndpoint
    private var idle: [UpstreamConnection] = []

    init(endpoint: ReplicaEndpoint) {
        self.endpoint = endpoint
    }

    var isEmpty: Bool { self.idle.isEmpty }
    var count: Int { self.idle.count }

    func take() -> UpstreamConnection? {
        self.idle.popLast()
    }

    /// - Returns: `false` when the pool is full.
    func keep(_ upstream: UpstreamConnection, limit: Int) -> Bool {
        guard self.idle.count < limit else { return false }
        self.idle.append(upstream)
        return true
    }

    func remove(_ upstream: UpstreamConnection) {
        self.idle.removeAll { $0 === upstream }
    }

    func takeAll() -> [UpstreamConnection] {
        defer { self.idle = [] }
        return self.idle
    }
}
