import KubernetesClient
import StructuredData
import Synchronization
import Telemetry
import Timekeeping

/// What pods use of the machine, measured when somebody asks: plays the metrics server.
final class PodMeter: Sendable {
    private struct Sample {
        let at: MonotonicInstant
        let cpuSeconds: Double
    }

    private struct State {
        var usages: [Int32: ProcessUsage] = [:]
        var readAt: MonotonicInstant?
        /// The last samples of each process, oldest first.
        var samples: [ProcessIdentity: [Sample]] = [:]
    }

    /// The processes are looked at once in so long, however many ask.
    private static let freshness = Duration.milliseconds(500)
    /// CPU is the average over so long, as far as there are samples.
    private static let window = Duration.seconds(15)

    private let state = Mutex(State())

    /// The `PodMetrics` of a pod, `nil` when none of its containers runs.
    func metrics(of pod: KubernetesObject, now: MonotonicInstant, wallTime: WallTime) -> KubernetesObject? {
        let statuses = pod.status["containerStatuses"]?.arrayValue ?? []
        let containers = statuses.compactMap { status -> JSONValue? in
            guard let running = status["state"]?["running"],
                let identity = status["containerID"]?.stringValue.flatMap(ProcessIdentity.init)
            else { return nil }
            let started = running["startedAt"]?.stringValue.flatMap { WallTime(rfc3339: $0) }
            let age = started.map { max(0.001, wallTime.seconds(since: $0)) } ?? 1
            guard let usage = self.usage(of: identity, ageSeconds: age, now: now) else { return nil }
            return [
                "name": status["name"] ?? "",
                "usage": [
                    "cpu": .string("\(Int64((usage.cores * 1e9).rounded()))n"),
                    "memory": .string("\((usage.bytes + 1023) / 1024)Ki"),
                ],
            ]
        }
        guard !containers.isEmpty else { return nil }
        var metrics = KubernetesObject(.podMetrics, pod.key)
        metrics.labels = pod.labels
        metrics.json["timestamp"] = .string(wallTime.rfc3339)
        metrics.json["window"] = .string("\(Int(Self.window.inSeconds))s")
        metrics.json["containers"] = .array(containers)
        return metrics
    }

    /// - Parameter ageSeconds: How long the process has been there.
    private func usage(
        of identity: ProcessIdentity,
        ageSeconds: Double,
        now: MonotonicInstant
    ) -> (cores: Double, bytes: Int64)? {
        self.state.withLock { state in
            let readAt = self.refresh(&state, now: now)
            guard let usage = state.usages[identity.pid] else { return nil }
            var samples = state.samples[identity] ?? []
            if samples.last?.at != readAt { samples.append(Sample(at: readAt, cpuSeconds: usage.cpuSeconds)) }
            while samples.count > 2, samples[1].at.advanced(by: Self.window) <= readAt { samples.removeFirst() }
            state.samples[identity] = samples
            guard let first = samples.first, first.at < readAt else {
                // The first look has nothing to compare with but the beginning.
                return (usage.cpuSeconds / ageSeconds, usage.memoryBytes)
            }
            // Children that have ended take their share with them.
            return (max(0, usage.cpuSeconds - first.cpuSeconds) / readAt.seconds(since: first.at), usage.memoryBytes)
        }
    }

    /// - Returns: When the processes were looked at last.
    private func refresh(_ state: inout State, now: MonotonicInstant) -> MonotonicInstant {
        if let readAt = state.readAt, now < readAt.advanced(by: Self.freshness) { return readAt }
        state.usages = ProcessUsage.byGroup()
        state.readAt = now
        // Processes that nobody asks about any more have ended.
        let limit = Self.window.inSeconds * 4
        state.samples = state.samples.filter { now.seconds(since: $0.value.last?.at ?? now) < limit }
        return now
    }
}
