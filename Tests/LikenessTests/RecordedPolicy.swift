import Simulator
import Synchronization
import Timekeeping

/// Everything a policy was told and asked in a run, and what it answered.
final class PolicyHistory: Sendable {
    enum Entry: Sendable {
        case observed(MetricSample)
        case noticed(PolicyEvent)
        /// With the scale that came out.
        case decided(PolicyView, replicas: Int?)
    }

    private let state = Mutex<[(at: MonotonicInstant, entry: Entry)]>([])

    func add(_ entry: Entry, at now: MonotonicInstant) { self.state.withLock { $0.append((now, entry)) } }

    var entries: [(at: MonotonicInstant, entry: Entry)] { self.state.withLock { $0 } }
}

/// Writes down what another policy hears and says.
struct RecordedPolicy: ScalingPolicy {
    var policy: any ScalingPolicy
    let history: PolicyHistory

    var interests: PolicyInterests { self.policy.interests }

    mutating func observe(_ sample: MetricSample, now: MonotonicInstant) -> Bool {
        self.history.add(.observed(sample), at: now)
        return self.policy.observe(sample, now: now)
    }

    mutating func noticed(_ event: PolicyEvent, now: MonotonicInstant) -> Bool {
        self.history.add(.noticed(event), at: now)
        return self.policy.noticed(event, now: now)
    }

    mutating func decide(_ view: PolicyView, now: MonotonicInstant, actions: inout [PolicyAction]) {
        self.policy.decide(view, now: now, actions: &actions)
        let replicas: [Int] = actions.compactMap {
            guard case .setReplicas(let count, _) = $0 else { return nil }
            return count
        }
        self.history.add(.decided(view, replicas: replicas.last), at: now)
    }

    func nextWake(service: Int, after now: MonotonicInstant) -> MonotonicInstant? {
        self.policy.nextWake(service: service, after: now)
    }

    func explanation(service: Int) -> String { self.policy.explanation(service: service) }
}
