import KubernetesClient
import ServingAPI
import StructuredData

/// One trigger, or why there is none.
struct TriggerMaking: Sendable {
    let type: String
    let name: String?
    /// What it was made from; `nil` when its credentials could not be read.
    var declaration: TriggerDeclaration?
    var built: BuiltTrigger?
    /// Why it could not be made, one sentence.
    var problem: String?
    /// The problem may go by itself.
    var isWorthRetrying = false

    /// Whether nothing was made anew.
    func isSame(as other: TriggerMaking) -> Bool {
        self.built === other.built && self.problem == other.problem && self.declaration == other.declaration
    }
}

/// Makes the triggers of one ScaledObject, keeping those that would be made from the same again.
struct TriggerMaker: Sendable {
    let source: any TriggerSource
    let credentials: (any CredentialSource)?

    /// - Parameters:
    ///   - deployment: The target, `nil` when it is not there.
    ///   - lookUp: Reads a Secret or a ConfigMap.
    func make(
        _ spec: ScaledObjectSpec,
        of object: ObjectKey,
        reusing old: [TriggerMaking],
        deployment: KubernetesObject?,
        lookUp: @escaping (ResourceType, ObjectKey) -> KubernetesObject?
    ) async -> [TriggerMaking] {
        let environment = deployment.map { TargetEnvironment(deployment: $0, lookUp: lookUp) }
        let variables = environment?.variables ?? [:]
        let container = spec.scaleTargetRef.envSourceContainerName ?? environment?.containerNames.first
        var made: [TriggerMaking] = []
        for (index, entry) in spec.triggers.enumerated() {
            var making = TriggerMaking(type: entry.type, name: entry.name)
            do throws(TriggerFailure) {
                making.declaration = TriggerDeclaration(
                    namespace: object.namespace,
                    scaledObject: object.name,
                    index: index,
                    type: entry.type,
                    name: entry.name,
                    metadata: entry.metadata,
                    credentials: try await self.resolve(entry, object.namespace, variables, container),
                    environment: container.flatMap { variables[$0] } ?? [:],
                    metricType: TriggerDeclaration.MetricType(entry.resolvedMetricType),
                    podLabels: environment?.podLabels ?? [:]
                )
            } catch {
                making.problem = error.description
                making.isWorthRetrying = error.kind == .unavailable
            }
            self.build(&making, reusing: old.indices.contains(index) ? old[index] : nil)
            made.append(making)
        }
        return made
    }

    private func resolve(
        _ entry: TriggerSpec,
        _ namespace: String,
        _ variables: [String: [String: String]],
        _ container: String?
    ) async throws(TriggerFailure) -> [String: String] {
        guard let reference = entry.authenticationRef else { return [:] }
        guard let credentials else {
            throw TriggerFailure(.invalid, "Credentials cannot be read here, so authenticationRef has no effect.")
        }
        return try await credentials.credentials(
            for: CredentialRequest(
                namespace: namespace,
                kind: reference.kind == .cluster ? .clusterTriggerAuthentication : .triggerAuthentication,
                name: reference.name,
                environments: variables,
                defaultContainer: container
            )
        )
    }

    private func build(_ making: inout TriggerMaking, reusing old: TriggerMaking?) {
        guard let declaration = making.declaration else { return }
        if let old, old.declaration == declaration {
            making.built = old.built
            making.problem = old.problem
            return
        }
        do throws(ProblemList) {
            making.built = BuiltTrigger(try self.source.trigger(for: declaration), of: declaration)
        } catch {
            making.problem = error.problems.sentences
        }
    }
}
