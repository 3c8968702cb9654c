import Autoscaler
import GRPCCore
import ScalingCore
import SwiftProtobuf

/// A scaler of the user's own.
final class ExternalTrigger: Trigger {
    static let timeout = Duration.seconds(3)

    private let configuration: ExternalConfiguration
    private let connection: Result<ExternalConnection, TriggerFailure>
    private let backoff: PushBackoff
    private let push: PushTask

    /// - Parameter backoff: How long to wait before a stream that broke is opened again.
    init(
        _ configuration: ExternalConfiguration,
        connection: Result<ExternalConnection, TriggerFailure>,
        backoff: PushBackoff = PushBackoff()
    ) {
        self.configuration = configuration
        self.connection = connection
        self.backoff = backoff
        self.push = PushTask()
    }

    func read() async throws(TriggerFailure) -> TriggerReading {
        let connection = try self.connection.get()
        var options = CallOptions.defaults
        options.timeout = Self.timeout
        // A scaler that is known to be away is a failure now rather than after the timeout.
        options.waitForReady = false
        do {
            let client = connection.client
            async let active = client.isActive(self.reference, options: options)
            let specs = try await client.getMetricSpec(self.reference, options: options).metricSpecs
            var metrics: [TriggerReading.Metric] = []
            for spec in specs {
                let request = Externalscaler_GetMetricsRequest.with {
                    $0.scaledObjectRef = self.reference
                    $0.metricName = spec.metricName
                }
                let values = try await client.getMetrics(request, options: options).metricValues
                metrics.append(try self.metric(spec, values))
            }
            guard !metrics.isEmpty else {
                throw TriggerFailure(.invalid, "the scaler \(connection.server.address) names no metric")
            }
            return TriggerReading(metrics: metrics, isActive: try await active.result)
        } catch {
            throw Self.failure(error, connection.server)
        }
    }

    func activations() -> AsyncStream<Bool>? {
        guard self.configuration.isPush, case .success(let connection) = self.connection else { return nil }
        let (stream, continuation) = AsyncStream.makeStream(of: Bool.self, bufferingPolicy: .bufferingNewest(16))
        let (reference, backoff) = (self.reference, self.backoff)
        let task = Task {
            await Self.follow(connection, reference, backoff, continuation)
            continuation.finish()
        }
        continuation.onTermination = { _ in task.cancel() }
        self.push.replace(with: task)
        return stream
    }

    func close() async {
        self.push.replace(with: nil)
    }

    /// Keeps a stream of activity open until cancelled.
    private static func follow(
        _ connection: ExternalConnection,
        _ reference: Externalscaler_ScaledObjectRef,
        _ backoff: PushBackoff,
        _ continuation: AsyncStream<Bool>.Continuation
    ) async {
        var backoff = backoff
        while !Task.isCancelled {
            let heard: Bool? = try? await connection.client.streamIsActive(reference) { response in
                var heard = false
                do {
                    for try await message in response.messages {
                        heard = true
                        continuation.yield(message.result)
                    }
                } catch {
                    // Broken off: whether anything came before is what counts.
                }
                return heard
            }
            // A stream that worked is opened again soon; one that never does, more and more seldom.
            if heard == true { backoff.reset() }
            do { try await Task.sleep(for: backoff.next()) } catch { return }
        }
    }

    private func metric(
        _ spec: Externalscaler_MetricSpec,
        _ values: [Externalscaler_MetricValue]
    ) throws(TriggerFailure) -> TriggerReading.Metric {
        let target = spec.targetSizeFloat > 0 ? spec.targetSizeFloat : Double(spec.targetSize)
        guard target > 0, target.isFinite else {
            throw TriggerFailure(.invalid, "the scaler's metric '\(spec.metricName)' has no target above zero")
        }
        guard !values.isEmpty else {
            throw TriggerFailure(.invalid, "the scaler has no value for its metric '\(spec.metricName)'")
        }
        // Floating-point zero is what an older scaler sends that knows only whole numbers.
        let sum = values.map { $0.metricValueFloat > 0 ? $0.metricValueFloat : Double($0.metricValue) }.reduce(0, +)
        guard sum.isFinite else {
            throw TriggerFailure(.invalid, "the scaler's value of '\(spec.metricName)' is \(sum)")
        }
        return TriggerReading.Metric(name: spec.metricName, value: sum, target: target)
    }

    private var reference: Externalscaler_ScaledObjectRef {
        .with {
            $0.name = self.configuration.scaledObject
            $0.namespace = self.configuration.namespace
            $0.scalerMetadata = self.configuration.metadata
        }
    }

    private static func failure(_ error: any Error, _ server: ExternalServer) -> TriggerFailure {
        if let failure = error as? TriggerFailure { return failure }
        guard let error = error as? RPCError else {
            return TriggerFailure(.unavailable, "the scaler \(server.address) could not be asked: \(error)")
        }
        let kind: TriggerFailure.Kind =
            switch error.code {
            case .unauthenticated, .permissionDenied: .refused
            case .invalidArgument, .notFound, .unimplemented, .failedPrecondition, .outOfRange, .alreadyExists: .invalid
            default: .unavailable
            }
        return TriggerFailure(kind, "the scaler \(server.address) says: \(error.message) (\(error.code))")
    }
}
