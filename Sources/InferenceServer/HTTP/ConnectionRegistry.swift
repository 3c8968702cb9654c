import NIOCore

/// The connections of one event loop, and how the server stops without losing a request.
///
/// Used on that event loop only.
final class ConnectionRegistry {
    private var connections: [ObjectIdentifier: ConnectionHandler] = [:]
    private var busyCount = 0
    private(set) var isDraining = false
    private var drained: (() -> Void)?
    private var emptied: (() -> Void)?

    var count: Int { self.connections.count }

    func opened(_ connection: ConnectionHandler) {
        self.connections[ObjectIdentifier(connection)] = connection
    }

    func closed(_ connection: ConnectionHandler, wasBusy: Bool) {
        self.connections[ObjectIdentifier(connection)] = nil
        if wasBusy { self.becameIdle() }
        if self.connections.isEmpty, let emptied {
            self.emptied = nil
            emptied()
        }
    }

    func becameBusy() { self.busyCount += 1 }

    func becameIdle() {
        self.busyCount -= 1
        self.finishIfDrained()
    }

    /// From now on every answer closes its connection.
    ///
    /// - Parameter finished: Called once no request is being read, worked on or answered.
    func drain(_ finished: @escaping () -> Void) {
        self.isDraining = true
        self.drained = finished
        self.finishIfDrained()
    }

    private func finishIfDrained() {
        guard self.isDraining, self.busyCount == 0, let drained else { return }
        self.drained = nil
        drained()
    }

    /// Closes every connection behind what is still being written to it.
    ///
    /// - Parameter finished: Called once all are closed.
    func closeAll(_ finished: @escaping () -> Void) {
        guard !self.connections.isEmpty else { return finished() }
        self.emptied = finished
        for connection in self.connections.values { connection.closeBehindWrites() }
    }
}
