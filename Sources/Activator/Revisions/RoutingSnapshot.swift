import RoutingCore
import Timekeeping

/// Routes and revisions at one moment: made by the watcher, handed to every loop, never changed.
struct RoutingSnapshot: Sendable {
    struct Target: Sendable {
        let runtime: RevisionRuntime
        let timeouts: RevisionTimeouts
        /// Share of the route's requests, in per cent.
        let weight: Int
    }

    struct Route: Sendable {
        let targets: [Target]
    }

    let table: RouteTable
    let routes: [Route]

    static let empty = RoutingSnapshot(table: RouteTable([]), routes: [])
}

/// How long things may take at one revision, in nanoseconds; zero is no limit.
struct RevisionTimeouts: Sendable, Equatable {
    var coldStart: Int64
    var responseStart: Int64
    var idle: Int64

    init(coldStartSeconds: Double, responseStartSeconds: Double, idleSeconds: Double) {
        self.coldStart = Int64(coldStartSeconds * 1e9)
        self.responseStart = Int64(responseStartSeconds * 1e9)
        self.idle = Int64(idleSeconds * 1e9)
    }
}
