import Autoscaler
import GRPCCore
import ScalingCore
import SwiftProtobuf

/// Answers KEDA's contract out of what the autoscaler knows about the requests of InferenceServices.
struct RequestSignalService: Externalscaler_ExternalScaler.SimpleServiceProtocol {
    /// What a ScaledObject asks for.
    private enum Signal: String {
        /// The load itself, with the service's target.
        case load
        /// The replicas that the autoscaler wants, with a target of one.
        case replicas
    }

    let signals: any RequestSignalSource
    /// How often a stream looks whether anything has changed.
    var period = Duration.milliseconds(250)

    func isActive(
        request: Externalscaler_ScaledObjectRef,
        context: ServerContext
    ) async throws -> Externalscaler_IsActiveResponse {
        let signal = try self.signal(request)
        return .with { $0.result = signal.isActive }
    }

    func streamIsActive(
        request: Externalscaler_ScaledObjectRef,
        response: RPCWriter<Externalscaler_IsActiveResponse>,
        context: ServerContext
    ) async throws {
        try await self.stream(request, to: response, context) { signal in .with { $0.result = signal.isActive } }
    }

    func getMetricSpec(
        request: Externalscaler_ScaledObjectRef,
        context: ServerContext
    ) async throws -> Externalscaler_GetMetricSpecResponse {
        try Self.specification(self.signal(request), Self.kind(request))
    }

    func getMetrics(
        request: Externalscaler_GetMetricsRequest,
        context: ServerContext
    ) async throws -> Externalscaler_GetMetricsResponse {
        let signal = try self.signal(request.scaledObjectRef)
        let kind = try Self.kind(request.scaledObjectRef)
        let name = Self.name(signal, kind)
        // KEDA's older versions ask with a name of their own making around ours.
        guard request.metricName.isEmpty || request.metricName.hasSuffix(name) else {
            throw RPCError(
                code: .invalidArgument,
                message: "there is no metric '\(request.metricName)', only '\(name)'"
            )
        }
        let value: Double
        switch kind {
        case .load: value = signal.load
        case .replicas:
            guard let desired = signal.desiredReplicas else { throw Self.unknown(request.scaledObjectRef) }
            value = Double(desired)
        }
        return .with {
            $0.metricValues = [
                .with {
                    $0.metricName = name
                    $0.metricValue = Int64(value.rounded(.up))
                    $0.metricValueFloat = value
                }
            ]
        }
    }

    func streamMetricSpec(
        request: Externalscaler_ScaledObjectRef,
        response: RPCWriter<Externalscaler_GetMetricSpecResponse>,
        context: ServerContext
    ) async throws {
        let kind = try Self.kind(request)
        try await self.stream(request, to: response, context) { Self.specification($0, kind) }
    }

    // MARK: Plumbing

    /// Writes the present message at once and every one that differs from the last, until nobody listens any more or
    /// the server ends.
    private func stream<Message: Sendable & Equatable>(
        _ request: Externalscaler_ScaledObjectRef,
        to response: RPCWriter<Message>,
        _ context: ServerContext,
        _ message: (RequestSignal) -> Message
    ) async throws {
        var last: Message?
        // Who asks for what cannot be is told so at once; a service whose load is not known yet may come.
        _ = try Self.service(request)
        // The task itself is not cancelled when the listener goes, nor when the server is asked to end.
        while !Task.isCancelled, !context.cancellation.isCancelled {
            if let signal = try? self.signal(request) {
                let next = message(signal)
                if next != last { try await response.write(next) }
                last = next
            }
            try await Task.sleep(for: self.period)
        }
    }

    private func signal(_ request: Externalscaler_ScaledObjectRef) throws -> RequestSignal {
        let (namespace, name) = try Self.service(request)
        guard let signal = self.signals.requestSignal(namespace: namespace, inferenceService: name) else {
            throw Self.unknown(request)
        }
        return signal
    }

    private static func service(_ request: Externalscaler_ScaledObjectRef) throws -> (namespace: String, name: String) {
        let metadata = request.scalerMetadata
        guard let name = metadata["inferenceService"], !name.isEmpty else {
            throw RPCError(code: .invalidArgument, message: "metadata.inferenceService is required")
        }
        let namespace = metadata["namespace"] ?? ""
        return (namespace.isEmpty ? request.namespace : namespace, name)
    }

    private static func kind(_ request: Externalscaler_ScaledObjectRef) throws -> Signal {
        let text = request.scalerMetadata["signal"] ?? ""
        if text.isEmpty { return .load }
        guard let kind = Signal(rawValue: text) else {
            throw RPCError(
                code: .invalidArgument,
                message: "metadata.signal is '\(text)', but must be 'load' or 'replicas'"
            )
        }
        return kind
    }

    private static func specification(
        _ signal: RequestSignal,
        _ kind: Signal
    ) -> Externalscaler_GetMetricSpecResponse {
        let target = kind == .load ? signal.target : 1
        return .with {
            $0.metricSpecs = [
                .with {
                    $0.metricName = Self.name(signal, kind)
                    $0.targetSize = max(1, Int64(target))
                    $0.targetSizeFloat = target
                }
            ]
        }
    }

    private static func name(_ signal: RequestSignal, _ kind: Signal) -> String {
        kind == .replicas ? "pilotlight-replicas" : "pilotlight-\(signal.metric.rawValue)"
    }

    private static func unknown(_ request: Externalscaler_ScaledObjectRef) -> RPCError {
        let name = request.scalerMetadata["inferenceService"] ?? ""
        return RPCError(code: .unavailable, message: "the load of the InferenceService '\(name)' is not known")
    }
}
