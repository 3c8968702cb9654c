public import Timekeeping

/// Knows every arrival beforehand: has each replica ready just in time and lets it go the moment it is done.
///
/// Nobody can do better with the same starts; every other policy is measured by its distance from this one.
public struct OraclePolicy: ScalingPolicy {
    private struct Service: Sendable {
        var sources: [any ArrivalSource]
        /// The next arrival of each source that was not taken in yet.
        var ahead: [MonotonicInstant?]
        /// Arrivals that lie ahead and for which a replica must be on its way, in order.
        var expected: [MonotonicInstant] = []
        let need: ReplicaNeed
        let leadNanoseconds: Int64
        var wake: MonotonicInstant?
        var explanation = ""
    }

    private var services: [Int: Service] = [:]

    public static let factory = PolicyFactory(
        description: PolicyDescription(
            name: "oracle",
            summary: "Knows the future: every replica is ready just in time and goes the moment it is done.",
            parameters: parameters
        ),
        problems: { ParameterCheck.problems(of: $0, known: parameters) },
        make: { OraclePolicy($0) }
    )

    private static let parameters = [
        PolicyDescription.Parameter(
            name: "lead",
            summary: "How long before an arrival its replica is ordered; 0: as long as a start takes on average.",
            unit: "seconds",
            standard: 0,
            range: 0...86_400
        )
    ]

    init(_ context: PolicyContext) {
        let lead = context.parameters.number("lead") ?? 0
        for service in context.services {
            let need = ReplicaNeed(service)
            var sources = service.future()
            let ahead = sources.indices.map { sources[$0].next()?.at }
            self.services[service.index] = Service(
                sources: sources,
                ahead: ahead,
                need: need,
                leadNanoseconds: Int64(((lead > 0 ? lead : need.startSeconds) * 1e9).rounded(.up)),
                wake: context.now
            )
        }
    }

    public var interests: PolicyInterests { [.waits, .completions, .idleness] }

    public mutating func noticed(_ event: PolicyEvent, now: MonotonicInstant) -> Bool { true }

    public mutating func decide(_ view: PolicyView, now: MonotonicInstant, actions: inout [PolicyAction]) {
        guard var service = self.services[view.service] else { return }
        Self.look(&service, now: now)
        let requests = view.inFlight + view.waiting
        let desired = service.need.replicas(for: Double(requests + service.expected.count))
        service.explanation =
            "\(requests) requests are there and \(service.expected.count) come before a replica could be ready"
        let next = service.ahead.compactMap(\.self).min()
        service.wake = next?.advanced(byNanoseconds: -service.leadNanoseconds)
        self.services[view.service] = service
        if desired != view.desired || desired != view.committed {
            actions.append(.setReplicas(desired, service: view.service))
        }
    }

    /// Takes in what comes within the lead, and drops what has come.
    private static func look(_ service: inout Service, now: MonotonicInstant) {
        let limit = now.advanced(byNanoseconds: service.leadNanoseconds)
        for index in service.sources.indices {
            while let at = service.ahead[index], at <= limit {
                service.expected.append(at)
                service.ahead[index] = service.sources[index].next()?.at
            }
        }
        service.expected.removeAll { $0 <= now }
    }

    public func nextWake(service: Int, after now: MonotonicInstant) -> MonotonicInstant? {
        self.services[service]?.wake.map { max($0, now.advanced(byNanoseconds: 1)) }
    }

    public func explanation(service: Int) -> String { self.services[service]?.explanation ?? "" }
}
