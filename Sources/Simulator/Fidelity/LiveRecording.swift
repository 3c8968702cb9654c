public import StructuredData

/// What was seen of one service while a live platform served it.
///
/// All times are in seconds since the recording began.
public struct LiveRecording: Sendable, Equatable {
    /// One request as its client saw it.
    public struct Request: Sendable, Equatable {
        public var at: Double
        /// From sending until the answer was there.
        public var latency: Double
        /// The HTTP status; 0 when there was no answer.
        public var status: Int
        /// It waited for a replica that was starting.
        public var isCold: Bool
        /// What the replica says it worked, or `nil` when it says nothing.
        public var work: Double?

        public init(at: Double, latency: Double, status: Int, isCold: Bool, work: Double?) {
            self.at = at
            self.latency = latency
            self.status = status
            self.isCold = isCold
            self.work = work
        }

        public var isServed: Bool { (200..<300).contains(self.status) }
    }

    /// Something that happened to the replicas.
    public struct Event: Sendable, Equatable {
        public enum Kind: String, Sendable, CaseIterable {
            /// The autoscaler asked for `replicas`.
            case scaled
            case starting, ready, draining, stopped, failed
        }

        public var at: Double
        public var kind: Kind
        /// The replica's name; empty for `scaled`.
        public var replica: String
        /// How many were asked for; `nil` but for `scaled`.
        public var replicas: Int?

        public init(at: Double, kind: Kind, replica: String = "", replicas: Int? = nil) {
            self.at = at
            self.kind = kind
            self.replica = replica
            self.replicas = replicas
        }
    }

    /// In the order of their times.
    public var requests: [Request]
    public var events: [Event]
    /// How long was recorded.
    public var seconds: Double

    public init(requests: [Request], events: [Event], seconds: Double) {
        self.requests = requests.sorted { $0.at < $1.at }
        self.events = events.sorted { $0.at < $1.at }
        self.seconds = seconds
    }
}

extension LiveRecording {
    /// The recording as a document; `init(json:)` reads it.
    public var json: JSONValue {
        [
            "version": 1,
            "seconds": .double(self.seconds),
            "requests": .array(
                self.requests.map { request in
                    var object: JSONValue = [
                        "at": .double(request.at), "latency": .double(request.latency),
                        "status": JSONValue(request.status), "cold": .bool(request.isCold),
                    ]
                    object["work"] = request.work.map { .double($0) }
                    return object
                }
            ),
            "events": .array(
                self.events.map { event in
                    var object: JSONValue = ["at": .double(event.at), "kind": .string(event.kind.rawValue)]
                    if !event.replica.isEmpty { object["replica"] = .string(event.replica) }
                    object["replicas"] = event.replicas.map { JSONValue($0) }
                    return object
                }
            ),
        ]
    }

    public init(json: JSONValue) throws(ProblemList) {
        let reader = FieldReader(json)
        _ = reader.requiredInt("version", in: 1...1)
        let seconds = reader.requiredNumber("seconds", in: 0 ... .infinity)
        let requests = reader.children("requests").map { request in
            Request(
                at: request.requiredNumber("at"),
                latency: request.requiredNumber("latency", in: 0 ... .infinity),
                status: request.requiredInt("status", in: 0...999),
                isCold: request.bool("cold") ?? false,
                work: request.number("work", in: 0 ... .infinity)
            )
        }
        let events = reader.children("events").map { event in
            Event(
                at: event.requiredNumber("at"),
                kind: event.requiredChoice("kind", otherwise: .scaled),
                replica: event.string("replica") ?? "",
                replicas: event.int("replicas", in: 0...1_000_000)
            )
        }
        try reader.finish()
        self.init(requests: requests, events: events, seconds: seconds)
    }
}

extension LiveRecording {
    /// The replicas in the order in which their processes began.
    ///
    /// - Returns: For each two durations in seconds: from its order until its process began, and from there until it was
    ///   ready, `nil` when it never was.
    public var orders: [(schedule: Double, start: Double?)] {
        var places: [String: Int] = [:]
        var began: [Double] = []
        var orders: [(schedule: Double, start: Double?)] = []
        var orderedAt: Double?
        for event in self.events {
            switch event.kind {
            case .scaled:
                orderedAt = event.at
            case .starting:
                places[event.replica] = orders.count
                began.append(event.at)
                orders.append((max(event.at - (orderedAt ?? event.at), 0), nil))
            case .ready:
                guard let place = places.removeValue(forKey: event.replica) else { continue }
                orders[place].start = event.at - began[place]
            case .draining, .stopped, .failed:
                continue
            }
        }
        return orders
    }

    /// How long the replicas that became ready took, from the order on.
    ///
    /// - Returns: For each replica two durations in seconds: from its order until its process began, and from there
    ///   until it was ready.
    public var starts: [(schedule: Double, start: Double)] {
        self.orders.compactMap { order in order.start.map { (order.schedule, $0) } }
    }

    /// How many replicas existed, ready or not, over time: the times at which the number changed, with the number.
    public var replicaSteps: [(at: Double, count: Int)] { self.replicaSteps(countsDraining: true) }

    /// - Parameter countsDraining: Whether replicas count that are to go and finish what they have.
    func replicaSteps(countsDraining: Bool) -> [(at: Double, count: Int)] {
        var alive: Set<String> = []
        var steps: [(at: Double, count: Int)] = [(0, 0)]
        for event in self.events {
            switch event.kind {
            case .starting: alive.insert(event.replica)
            case .stopped, .failed: alive.remove(event.replica)
            case .draining where !countsDraining: alive.remove(event.replica)
            case .scaled, .ready, .draining: continue
            }
            steps.append((event.at, alive.count))
        }
        return steps
    }

    /// The time that all replicas existed together.
    public var replicaSeconds: Double {
        let steps = self.replicaSteps
        return steps.indices.reduce(0) { total, index in
            let end = index + 1 < steps.count ? steps[index + 1].at : self.seconds
            return total + Double(steps[index].count) * max(end - steps[index].at, 0)
        }
    }
}
