public import Telemetry

/// Everything that the server reports, under the names that dashboards know from KServe and Triton, and its own.
public struct ServerMetrics: MetricsCollector {
    let service: InferenceService

    public func collect() async -> [MetricFamily] { self.families() }

    func families() -> [MetricFamily] {
        let counts = self.service.meters.snapshot
        return self.kserveFamilies(counts) + self.tritonFamilies(counts) + self.batchFamilies(counts)
            + self.ownFamilies() + (self.service.consumer.map { QueueMetrics.families(of: $0) } ?? [])
    }

    // MARK: KServe

    private func kserveFamilies(_ counts: InferenceMeters.Counts) -> [MetricFamily] {
        let labels = ["model_name": self.service.modelName]
        return [
            .histogram(
                "request_preprocess_seconds",
                help: "Reading the body of a prediction request.",
                samples: [MetricSample(counts.preprocess, labels: labels)]
            ),
            .histogram(
                "request_predict_seconds",
                help: "Running the model for a prediction request.",
                samples: [MetricSample(counts.predict, labels: labels)]
            ),
            .histogram(
                "request_postprocess_seconds",
                help: "Writing the answer to a prediction request.",
                samples: [MetricSample(counts.postprocess, labels: labels)]
            ),
        ]
    }

    // MARK: Triton

    private func tritonFamilies(_ counts: InferenceMeters.Counts) -> [MetricFamily] {
        let labels = ["model": self.service.modelName, "version": self.service.model?.version ?? "1"]
        func counter(_ name: String, _ help: String, _ value: Double) -> MetricFamily {
            .counter(name, help: help, samples: [MetricSample(value, labels: labels)])
        }
        let microseconds = 1e6
        let failures = InferenceMeters.FailureReason.allCases.map { reason in
            MetricSample(counts.failed[reason] ?? 0, labels: labels.merging(["reason": reason.rawValue]) { $1 })
        }
        return [
            counter("nv_inference_request_success", "Inference requests that succeeded.", Double(counts.succeeded)),
            .counter("nv_inference_request_failure", help: "Inference requests that failed.", samples: failures),
            counter("nv_inference_count", "Rows that were inferred.", Double(counts.rows)),
            counter("nv_inference_exec_count", "Runs of the model.", Double(counts.runs)),
            counter(
                "nv_inference_request_duration_us",
                "Microseconds of successful requests, the queue included.",
                counts.sums.total * microseconds
            ),
            counter(
                "nv_inference_queue_duration_us",
                "Microseconds that successful requests waited for a worker.",
                counts.sums.queue * microseconds
            ),
            counter(
                "nv_inference_compute_input_duration_us",
                "Microseconds spent on reading inputs.",
                counts.sums.preprocess * microseconds
            ),
            counter(
                "nv_inference_compute_infer_duration_us",
                "Microseconds spent in the model.",
                counts.sums.predict * microseconds
            ),
            counter(
                "nv_inference_compute_output_duration_us",
                "Microseconds spent on writing outputs.",
                counts.sums.postprocess * microseconds
            ),
            .gauge(
                "nv_inference_pending_request_count",
                help: "Requests that wait for a worker.",
                samples: [MetricSample(self.service.waiting, labels: labels)]
            ),
        ]
    }

    // MARK: Our own

    private func batchFamilies(_ counts: InferenceMeters.Counts) -> [MetricFamily] {
        [
            .histogram(
                "pilotlight_server_batch_rows",
                help: "Rows of each run of the model.",
                samples: [MetricSample(counts.runRows)]
            ),
            .histogram(
                "pilotlight_server_batch_requests",
                help: "Requests that each run of the model was for.",
                samples: [MetricSample(counts.runRequests)]
            ),
            .counter(
                "pilotlight_server_batches_failed_total",
                help: "Batches that failed as a whole, so that their requests were run one by one.",
                Double(counts.failedBatches)
            ),
            .histogram(
                "pilotlight_server_request_wait_seconds",
                help: "What a request waits for a worker, and for company in its batch.",
                samples: [MetricSample(counts.queue)]
            ),
        ]
    }

    private func ownFamilies() -> [MetricFamily] {
        let phases = self.service.phases.recorded.map { MetricSample($0.seconds, labels: ["phase": "\($0.phase)"]) }
        return [
            .gauge(
                "pilotlight_server_startup_seconds",
                help: "How long each phase of the start took; loading and listening overlap.",
                samples: phases
            ),
            .gauge(
                "pilotlight_server_ready",
                help: "1 while the model answers, 0 while it is loaded or the server drains.",
                self.service.isReady ? 1 : 0
            ),
            .gauge(
                "pilotlight_server_requests_in_flight",
                help: "Inference requests that run or wait for a worker.",
                Double(self.service.inFlight)
            ),
            .gauge(
                "pilotlight_server_queue_length",
                help: "Inference requests that wait because all workers are busy.",
                Double(self.service.waiting)
            ),
        ]
    }
}
