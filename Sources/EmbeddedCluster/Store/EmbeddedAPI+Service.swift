import KubernetesClient
import Logging
public import ServiceLifecycle
import StructuredData
public import Telemetry
import Timekeeping

/// Keeps the store small and fast while the platform runs.
extension EmbeddedAPI: Service {
    /// Takes checkpoints and clears old events away until the service group shuts down.
    ///
    /// The API works without it; the log then grows until the writers have to take checkpoints themselves.
    public func run() async {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                guard (try? await Task.sleep(for: self.settings.maintenanceInterval)) != nil else { break }
                await self.database?.checkpointIfDue()
                self.clearEvents(now: .now())
            }
        }
        await self.database?.checkpointIfDue()
    }

    /// Deletes events that are too old or too many; they are news, and nobody owns them.
    func clearEvents(now: WallTime) {
        func moment(_ event: KubernetesObject) -> WallTime {
            event.creationTimestamp.flatMap { WallTime(rfc3339: $0) } ?? WallTime(unixNanoseconds: 0)
        }
        let events = self.objects(.event).sorted { moment($0) > moment($1) }
        let kept = events.prefix(self.settings.eventCapacity)
        let lifetime = self.settings.eventLifetime.inSeconds
        let old = kept.filter { now.seconds(since: moment($0)) > lifetime }
        self.remove(.event, old + events.dropFirst(kept.count))
    }
}

extension EmbeddedAPI: MetricsCollector {
    public func collect() async -> [MetricFamily] {
        let (objects, watches, version) = self.sizes
        return self.meters.families(objects: objects, watches: watches, version: version)
    }
}
