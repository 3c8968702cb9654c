import NIOCore
import ServingAPI
import Telemetry

/// The activator's metrics, gathered from its loops when somebody asks.
struct ActivatorCollector: MetricsCollector {
    let loops: [ProxyLoop]
    let directory: RevisionDirectory

    func collect() async -> [MetricFamily] {
        var loops: [LoopMeterValues] = []
        for loop in self.loops {
            if let values = try? await loop.meterValues().get() { loops.append(values) }
        }
        var revisions: [RevisionID: (service: String, values: RevisionMeters.Values)] = [:]
        for (id, service, values) in loops.flatMap(\.revisions) {
            revisions[id, default: (service, RevisionMeters.Values())].values.merge(values)
        }
        let entries = revisions.sorted { $0.key < $1.key }.map { id, entry in
            Entry(labels: Self.labels(id, service: entry.service), values: entry.values)
        }
        return self.requestFamilies(entries, loops) + self.coldStartFamilies(entries) + self.presentFamilies()
            + Self.connectionFamilies(loops)
    }

    private struct Entry {
        let labels: [String: String]
        let values: RevisionMeters.Values
    }

    private static func labels(_ id: RevisionID, service: String) -> [String: String] {
        ["namespace": id.namespace, "service": service, "revision": id.name]
    }

    private func requestFamilies(_ entries: [Entry], _ loops: [LoopMeterValues]) -> [MetricFamily] {
        var unrouted = RevisionMeters.Values()
        for loop in loops { unrouted.merge(loop.unrouted) }
        let all = entries + [Entry(labels: ["namespace": "", "service": "", "revision": ""], values: unrouted)]
        return [
            .counter(
                "pilotlight_activator_requests_total",
                help: "Requests that were answered, by class of status.",
                samples: all.flatMap { entry in
                    (1...5).compactMap { code in
                        let count = entry.values.answers[code]
                        guard count > 0 || (code == 2 && !entry.labels["revision", default: ""].isEmpty) else {
                            return nil
                        }
                        return MetricSample(Double(count), labels: entry.labels.merging(["code": "\(code)xx"]) { $1 })
                    }
                }
            ),
            .counter(
                "pilotlight_activator_local_answers_total",
                help: "Requests that the activator answered itself, by reason.",
                samples: all.flatMap { entry in
                    entry.values.localAnswers.map { reason, count in
                        MetricSample(Double(count), labels: entry.labels.merging(["reason": reason.rawValue]) { $1 })
                    }
                }
            ),
            .histogram(
                "pilotlight_activator_request_duration_seconds",
                help: "From a request's head to the end of its answer.",
                samples: entries.map { MetricSample($0.values.latency, labels: $0.labels) }
            ),
            .counter(
                "pilotlight_activator_aborted_responses_total",
                help: "Answers that broke off because the replica did.",
                samples: entries.map { MetricSample(Double($0.values.aborted), labels: $0.labels) }
            ),
            .counter(
                "pilotlight_activator_clients_gone_total",
                help: "Requests whose client left before the answer.",
                samples: entries.map { MetricSample(Double($0.values.clientsGone), labels: $0.labels) }
            ),
            .counter(
                "pilotlight_activator_retries_total",
                help: "Attempts to reach a replica that were repeated.",
                samples: entries.map { MetricSample(Double($0.values.retries), labels: $0.labels) }
            ),
        ]
    }

    private func coldStartFamilies(_ entries: [Entry]) -> [MetricFamily] {
        [
            .histogram(
                "pilotlight_activator_queue_wait_seconds",
                help: "How long requests waited for a replica, of those that had to.",
                samples: entries.map { MetricSample($0.values.wait, labels: $0.labels) }
            ),
            .histogram(
                "pilotlight_activator_cold_start_seconds",
                help: "Cold starts as the requests that waited for them saw them, by phase.",
                samples: entries.flatMap { entry in
                    entry.values.coldStart.map { phase, histogram in
                        MetricSample(histogram, labels: entry.labels.merging(["phase": phase.rawValue]) { $1 })
                    }
                }
            ),
        ]
    }

    private func presentFamilies() -> [MetricFamily] {
        let present = self.directory.all.sorted { $0.id < $1.id }.map { runtime in
            (labels: Self.labels(runtime.id, service: runtime.service), state: runtime.present)
        }
        return [
            .gauge(
                "pilotlight_activator_queue_depth",
                help: "Requests that wait for a replica.",
                samples: present.map { MetricSample($0.state.waiting, labels: $0.labels) }
            ),
            .gauge(
                "pilotlight_activator_requests_in_flight",
                help: "Requests that are with a replica.",
                samples: present.map { MetricSample($0.state.inFlight, labels: $0.labels) }
            ),
        ]
    }

    private static func connectionFamilies(_ loops: [LoopMeterValues]) -> [MetricFamily] {
        [
            .gauge(
                "pilotlight_activator_client_connections",
                help: "Open connections of clients.",
                Double(loops.reduce(0) { $0 + $1.openConnections })
            ),
            .gauge(
                "pilotlight_activator_idle_upstream_connections",
                help: "Idle connections to replicas.",
                Double(loops.reduce(0) { $0 + $1.idleUpstreams })
            ),
            .counter(
                "pilotlight_activator_connections_refused_total",
                help: "Connections of clients beyond the limit.",
                Double(loops.reduce(0) { $0 + $1.connectionsRefused })
            ),
        ]
    }
}
