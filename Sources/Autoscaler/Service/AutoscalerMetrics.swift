import KubernetesClient
import ScalingCore
import ServingAPI
import Synchronization
import Telemetry
import Timekeeping

/// Everything that the autoscaler reports, and the only place that spells its metric names.
struct AutoscalerMetrics: MetricsCollector {
    let service: AutoscalerService

    func collect() async -> [MetricFamily] {
        let reading = self.service.reading
        return Self.revisionFamilies(reading.revisions) + Self.triggerFamilies(reading)
            + Self.loopFamilies(reading)
    }

    static func revisionFamilies(_ revisions: [AutoscalerReading.Revision]) -> [MetricFamily] {
        func gauge(_ name: String, _ help: String, _ value: (AutoscalerReading.Revision) -> Double?) -> MetricFamily {
            let samples = revisions.compactMap { revision in
                value(revision).map { MetricSample($0, labels: Self.labels(revision)) }
            }
            return .gauge(name, help: help, samples: samples)
        }
        return [
            gauge("pilotlight_autoscaler_desired_replicas", "Replicas wanted by the last decision.") {
                $0.desired.map(Double.init)
            },
            gauge("pilotlight_autoscaler_ready_replicas", "Replicas that take requests.") { Double($0.ready) },
            gauge("pilotlight_autoscaler_starting_replicas", "Replicas that are not ready yet.") {
                Double($0.starting)
            },
            gauge(
                "pilotlight_autoscaler_stable_value",
                "Load averaged over the stable window, in the unit of the metric."
            ) { $0.stable },
            gauge(
                "pilotlight_autoscaler_panic_value",
                "Load averaged over the panic window, in the unit of the metric."
            ) { $0.panic },
            gauge("pilotlight_autoscaler_target_value", "Load aimed at per replica, in the unit of the metric.") {
                $0.target
            },
            gauge("pilotlight_autoscaler_panic_mode", "1 while a burst forbids shrinking, else 0.") {
                $0.isPanicking ? 1 : 0
            },
        ]
    }

    static func triggerFamilies(_ reading: AutoscalerReading) -> [MetricFamily] {
        let triggers = reading.triggers
        let metrics = triggers.flatMap { trigger in trigger.metrics.map { (trigger, $0) } }
        return [
            .gauge(
                "pilotlight_autoscaler_trigger_value",
                help: "What an event source counted when it was read last.",
                samples: metrics.map { MetricSample($1.value, labels: Self.labels($0, metric: $1.name)) }
            ),
            .gauge(
                "pilotlight_autoscaler_trigger_target_value",
                help: "What one replica, or all of them together, should have of it.",
                samples: metrics.map { MetricSample($1.target, labels: Self.labels($0, metric: $1.name)) }
            ),
            .gauge(
                "pilotlight_autoscaler_trigger_active",
                help: "1 while an event source wants replicas, 0 while it wants none; absent while that is not known.",
                samples: triggers.compactMap { trigger in
                    trigger.isActive.map { MetricSample($0 ? 1 : 0, labels: Self.labels(trigger)) }
                }
            ),
            .counter(
                "pilotlight_autoscaler_trigger_errors_total",
                help: "Looks at an event source that found nothing.",
                samples: triggers.map { MetricSample(Double($0.failures), labels: Self.labels($0)) }
            ),
            .histogram(
                "pilotlight_autoscaler_trigger_latency_seconds",
                help: "What looks at event sources take.",
                samples: reading.meters.looks.sorted { $0.key < $1.key }.map {
                    MetricSample($0.value, labels: ["type": $0.key])
                }
            ),
            .gauge(
                "pilotlight_autoscaler_scaled_objects",
                help: "ScaledObjects that drive a target.",
                Double(Set(triggers.map(\.object)).count)
            ),
        ]
    }

    private static func labels(_ trigger: TriggerState, metric: String? = nil) -> [String: String] {
        var labels = [
            "namespace": trigger.object.namespace, "scaled_object": trigger.object.name, "type": trigger.type,
            "trigger": trigger.name ?? "\(trigger.index)",
        ]
        labels["metric"] = metric
        return labels
    }

    static func loopFamilies(_ reading: AutoscalerReading) -> [MetricFamily] {
        let counters = reading.counters
        return [
            .gauge("pilotlight_autoscaler_revisions", help: "Revisions known.", Double(reading.revisions.count)),
            .gauge(
                "pilotlight_autoscaler_active_revisions",
                help: "Targets looked at on every tick; the others are at zero and cost nothing.",
                Double(reading.activeCount)
            ),
            .counter(
                "pilotlight_autoscaler_decisions_total",
                help: "Decisions by the rules that applied.",
                samples: counters.decisionsByReason.map { MetricSample($1, labels: ["reason": $0]) }
            ),
            .counter(
                "pilotlight_autoscaler_ticks_held_total",
                help: "Looks that kept the scale because something was not known.",
                samples: counters.holds.map { MetricSample($1, labels: ["reason": $0.rawValue]) }
            ),
            Self.counter(
                "pilotlight_autoscaler_scale_writes_total",
                "Scale writes that the API accepted.",
                counters.scaleWrites
            ),
            Self.counter("pilotlight_autoscaler_scale_errors_total", "Scale writes that failed.", counters.scaleErrors),
            Self.counter(
                "pilotlight_autoscaler_report_batches_dropped_total",
                "Reports that newer ones overtook.",
                counters.batchesDropped
            ),
            .counter(
                "pilotlight_autoscaler_busy_seconds_total",
                help: "Time spent deciding.",
                reading.meters.busySeconds
            ),
            .histogram(
                "pilotlight_autoscaler_wake_reaction_seconds",
                help: "From the news of a waiting request until its scale write is sent.",
                samples: [MetricSample(reading.meters.reaction)]
            ),
            .histogram(
                "pilotlight_autoscaler_scale_write_seconds",
                help: "What the API takes for a scale write.",
                samples: [MetricSample(reading.meters.write)]
            ),
        ]
    }

    private static func counter(_ name: String, _ help: String, _ value: Int) -> MetricFamily {
        .counter(name, help: help, Double(value))
    }

    private static func labels(_ revision: AutoscalerReading.Revision) -> [String: String] {
        ["namespace": revision.namespace, "service": revision.service, "revision": revision.revision]
    }
}
