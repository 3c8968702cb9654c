import NIOCore
import StructuredData
import Telemetry

/// The answers that take no time.
extension InferenceService {
    /// Answers everything but predictions.
    func answer(_ route: Route) throws(InferenceError) -> Answer {
        switch route {
        case .alive: Answer(json: #"{"status":"alive"}"#)
        case .live: Answer(json: #"{"live":true}"#)
        case .ready: self.readiness()
        case .metrics: self.metrics()
        case .load: Self.json(self.load)
        case .v1Models, .v2Models: Self.json(["models": [.string(self.modelName)]])
        case .v1Model(let name): try self.v1Model(name)
        case .explain(let name): try self.explanation(name)
        case .serverMetadata: Self.json(Self.serverMetadata)
        case .v2Model(let reference): Self.json(Self.metadata(of: try self.model(reference)))
        case .modelReady(let reference): try self.modelReadiness(reference)
        case .repositoryIndex: Self.json(self.repositoryIndex)
        case .repositoryLoad(let name): try self.repositoryLoad(name)
        case .repositoryUnload(let name): try self.repositoryUnload(name)
        case .predict, .infer: preconditionFailure("predictions go to a worker")
        }
    }

    private static func json(_ value: JSONValue) -> Answer {
        Answer(ByteBuffer(bytes: value.jsonBytes()))
    }

    // MARK: Health

    private func readiness() -> Answer {
        var answer = Answer(json: self.isReady ? #"{"ready":true}"# : #"{"ready":false}"#)
        guard self.isReady else {
            answer.status = 503
            return answer
        }
        answer.extraFields = "server-timing: \(self.phases.serverTiming)\r\n"
        return answer
    }

    private func modelReadiness(_ reference: ModelReference) throws(InferenceError) -> Answer {
        let model = try self.model(reference)
        guard self.isReady else {
            throw InferenceError(.unavailable, "Model with name \(model.name) is not ready.")
        }
        return Self.json(["name": .string(model.name), "ready": true])
    }

    private func v1Model(_ name: String) throws(InferenceError) -> Answer {
        try self.modelReadiness(ModelReference(name: name))
    }

    private func metrics() -> Answer {
        var answer = Answer(json: PrometheusText.exposition(ServerMetrics(service: self).families()))
        answer.contentType = .metrics
        return answer
    }

    /// How busy this replica is, for whoever chooses which one goes.
    private var load: JSONValue {
        [
            "requestsInFlight": JSONValue(self.pool.limitedInFlight),
            "messagesInFlight": JSONValue(self.consumer?.inFlight ?? 0),
            "isConsuming": .bool(self.consumer != nil),
        ]
    }

    // MARK: Metadata

    private static let serverMetadata: JSONValue = [
        "name": "pilotlight", "version": "0.1.0", "extensions": ["binary_tensor_data", "model_repository"],
    ]

    private static func metadata(of model: ServedModel) -> JSONValue {
        func list(_ descriptions: [TensorDescription]) -> JSONValue {
            .array(
                descriptions.map { description in
                    [
                        "name": .string(description.name), "datatype": .string(description.datatype.rawValue),
                        "shape": .array(description.shape.map { JSONValue($0) }),
                    ]
                }
            )
        }
        let interface = model.backend.interface
        return [
            "name": .string(model.name), "versions": [.string(model.version)],
            "platform": .string(interface.platform), "inputs": list(interface.inputs),
            "outputs": list(interface.outputs),
        ]
    }

    // MARK: What is not offered

    private func explanation(_ name: String) throws(InferenceError) -> Answer {
        _ = try self.model(ModelReference(name: name))
        throw InferenceError(.notImplemented, "Model with name \(name) has no explainer.")
    }

    private var repositoryIndex: JSONValue {
        let (state, reason) =
            switch (self.isReady, self.isDraining) {
            case (true, _): ("READY", "")
            case (_, true): ("UNAVAILABLE", "the server is shutting down")
            case (_, _): ("LOADING", "")
            }
        return [
            [
                "name": .string(self.modelName), "version": .string(self.model?.version ?? "1"),
                "state": .string(state), "reason": .string(reason),
            ]
        ]
    }

    /// The one model is loaded from the start, so that loading it again has nothing to do.
    private func repositoryLoad(_ name: String) throws(InferenceError) -> Answer {
        _ = try self.model(ModelReference(name: name))
        return Self.json(["name": .string(name), "load": true])
    }

    /// To say that the model is gone would be a lie.
    private func repositoryUnload(_ name: String) throws(InferenceError) -> Answer {
        _ = try self.model(ModelReference(name: name))
        throw InferenceError(
            .notImplemented,
            "Model with name \(name) cannot be unloaded: a server has one model for its whole life."
        )
    }
}
