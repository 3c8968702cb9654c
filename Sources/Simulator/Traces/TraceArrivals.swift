import SimulationKit
import Timekeeping

/// The arrivals of one service of a trace.
public struct TraceArrivals: ArrivalProcess {
    public let trace: Trace
    /// Index among the trace's services; `nil`: the requests of all of them.
    public let service: Int?
    public var replay: TraceReplay
    /// Positions of the service's requests; empty for counts, and when all services are meant.
    private let positions: [Int32]

    public init(trace: Trace, service: Int? = nil, replay: TraceReplay = TraceReplay()) {
        self.trace = trace
        self.service = service
        self.replay = replay
        if let service, case .requests(let requests) = trace.content {
            self.positions = requests.indices.filter { requests[$0].service == Int32(service) }.map(Int32.init)
        } else {
            self.positions = []
        }
    }

    public var meanRate: Double? {
        guard self.trace.durationSeconds > 0 else { return nil }
        let count: Int
        switch (self.trace.content, self.service) {
        case (.requests, .some): count = self.positions.count
        case (.counts(let counts), .some(let service)): count = counts.steps[service].reduce(0) { $0 + Int($1.calls) }
        case (_, nil): count = self.trace.count
        }
        return Double(count) / self.trace.durationSeconds * self.replay.rateFactor * self.replay.timeFactor
    }

    public func source(_ context: ArrivalContext) -> any ArrivalSource {
        let thinned = self.replay.rateFactor != 1
        switch self.trace.content {
        case .requests(let requests):
            let cursor = RequestCursor(
                requests: requests,
                positions: self.service == nil ? nil : self.positions,
                timeFactor: self.replay.timeFactor,
                isWorkKnown: self.replay.usesDurations
            )
            guard thinned else { return cursor }
            return ScaledSource(cursor, factor: self.replay.rateFactor, stream: context.stream(.sampling))
        case .counts(let counts):
            let services = self.service.map { [$0] } ?? Array(counts.steps.indices)
            let cursors = services.map { service in
                CountCursor(
                    steps: counts.steps[service],
                    stepSeconds: counts.stepSeconds,
                    profile: self.trace.services.indices.contains(service) ? self.trace.services[service] : nil,
                    replay: self.replay,
                    // Keyed by the service within its trace, so that the choice of others moves nothing.
                    stream: context.stream().at(index: UInt64(service)),
                    sizes: context.stream(.requestSize).at(index: UInt64(service))
                )
            }
            return cursors.count == 1 ? cursors[0] : MergedSource(cursors)
        }
    }
}

/// How a trace is played: as it was, or faster, denser, or with other moments within its steps.
public struct TraceReplay: Sendable, Hashable {
    /// Where calls that were only counted fall within their step.
    public enum Placement: String, Sendable, Hashable, CaseIterable {
        /// Anywhere, independent of each other: a Poisson process that happens to have as many.
        case uniform
        /// With exponential distances, stretched so that the step holds exactly as many.
        case exponential
        /// At equal distances, from a point that is another one for each service.
        case equidistant
        /// All at the beginning of the step.
        case start
    }

    public var placement: Placement
    /// So many times as many requests: copies, or a random choice below 1.
    public var rateFactor: Double
    /// So many times as fast: a factor of 2 plays two hours in one.
    public var timeFactor: Double
    /// Whether the trace's durations, where it knows them, are the work; otherwise the service's own law is.
    public var usesDurations: Bool

    public init(
        placement: Placement = .exponential,
        rateFactor: Double = 1,
        timeFactor: Double = 1,
        usesDurations: Bool = true
    ) {
        precondition(rateFactor >= 0 && timeFactor > 0, "factors \(rateFactor) and \(timeFactor)")
        self.placement = placement
        self.rateFactor = rateFactor
        self.timeFactor = timeFactor
        self.usesDurations = usesDurations
    }
}

/// Hands out recorded requests one after another.
struct RequestCursor: ArrivalSource {
    let requests: [TraceRequest]
    /// `nil`: all of them.
    let positions: [Int32]?
    let timeFactor: Double
    let isWorkKnown: Bool
    private var position = 0

    init(requests: [TraceRequest], positions: [Int32]?, timeFactor: Double, isWorkKnown: Bool) {
        self.requests = requests
        self.positions = positions
        self.timeFactor = timeFactor
        self.isWorkKnown = isWorkKnown
    }

    mutating func next() -> Arrival? {
        guard self.position < (self.positions?.count ?? self.requests.count) else { return nil }
        let index = self.positions.map { Int($0[self.position]) } ?? self.position
        self.position += 1
        let request = self.requests[index]
        let at = self.timeFactor == 1 ? request.arrival : Int64((Double(request.arrival) / self.timeFactor).rounded())
        return Arrival(
            at: MonotonicInstant(nanoseconds: at),
            workNanoseconds: self.isWorkKnown && request.duration >= 0 ? request.duration : Arrival.workOfService,
            promptTokens: UInt32(max(0, request.inputTokens)),
            outputTokens: UInt32(max(0, request.outputTokens))
        )
    }
}
