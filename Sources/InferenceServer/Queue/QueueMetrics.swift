import Telemetry

/// What a consumer reports.
enum QueueMetrics {
    static func families(of consumer: QueueConsumer) -> [MetricFamily] {
        let counts = consumer.meters.snapshot
        return Self.messages(counts, inFlight: consumer.inFlight) + Self.condition(counts) + Self.histograms(counts)
    }

    private static func messages(_ counts: QueueMeters.Counts, inFlight: Int) -> [MetricFamily] {
        let complaints = ComplaintReason.allCases.map { reason in
            MetricSample(counts.complaints[reason] ?? 0, labels: ["reason": reason.rawValue])
        }
        return [
            .gauge(
                "pilotlight_server_queue_messages_in_flight",
                help: "Messages that were taken and are not answered.",
                Double(inFlight)
            ),
            .counter(
                "pilotlight_server_queue_messages_taken_total",
                help: "Messages that were taken.",
                Double(counts.taken)
            ),
            .counter(
                "pilotlight_server_queue_messages_redelivered_total",
                help: "Taken messages that had been handed out before, as far as the broker says.",
                Double(counts.redelivered)
            ),
            .counter(
                "pilotlight_server_queue_results_total",
                help: "Results that the broker confirmed.",
                Double(counts.results)
            ),
            .counter(
                "pilotlight_server_queue_complaints_total",
                help: "Messages without a result, whose dead letter or error the broker confirmed.",
                samples: complaints
            ),
            .counter(
                "pilotlight_server_queue_messages_lost_total",
                help: "Messages that went to another consumer before they were answered.",
                Double(counts.lost)
            ),
            .counter(
                "pilotlight_server_queue_acknowledgements_total",
                help: "Commits and acknowledgements that the broker took.",
                Double(counts.acknowledged)
            ),
        ]
    }

    private static func condition(_ counts: QueueMeters.Counts) -> [MetricFamily] {
        [
            .counter(
                "pilotlight_server_queue_failures_total",
                help: "Attempts that failed and were repeated.",
                samples: [
                    MetricSample(counts.takeFailures, labels: ["step": "take"]),
                    MetricSample(counts.publishFailures, labels: ["step": "publish"]),
                    MetricSample(counts.acknowledgeFailures, labels: ["step": "acknowledge"]),
                ]
            ),
            .gauge(
                "pilotlight_server_queue_working",
                help: "1 while the broker gives messages, and takes results; 0 after an attempt that failed.",
                samples: [
                    MetricSample(counts.isTaking ? 1 : 0, labels: ["step": "take"]),
                    MetricSample(counts.isPublishing ? 1 : 0, labels: ["step": "publish"]),
                ]
            ),
        ]
    }

    private static func histograms(_ counts: QueueMeters.Counts) -> [MetricFamily] {
        [
            .histogram(
                "pilotlight_server_queue_answer_seconds",
                help: "From the taking of a message until the broker confirmed its answer.",
                samples: [MetricSample(counts.answerSeconds)]
            ),
            .histogram(
                "pilotlight_server_queue_taken_messages",
                help: "Messages that were taken at once.",
                samples: [MetricSample(counts.takenAtOnce)]
            ),
            .histogram(
                "pilotlight_server_queue_published_messages",
                help: "Answers that were published at once.",
                samples: [MetricSample(counts.publishedAtOnce)]
            ),
        ]
    }
}
