import Autoscaler
import KubernetesClient
import ScalingCore
import StructuredData

extension TriggerKind {
    /// Pods of another workload.
    static func kubernetesWorkload(_ api: any KubernetesAPI) -> TriggerKind {
        TriggerKind("kubernetes-workload") { metadata in
            let configuration = WorkloadTrigger.Configuration(metadata)
            return { WorkloadTrigger(configuration, api) }
        }
    }
}

/// Counts the pods of the ScaledObject's namespace that a selector matches and that have not ended.
struct WorkloadTrigger: Trigger {
    struct Configuration: Sendable {
        let namespace: String
        let selector: SelectorText
        let value: Double
        let activationValue: Double
        /// Counts the nodes that the pods are on.
        let groupsByNode: Bool

        init(_ metadata: MetadataReader) {
            self.namespace = metadata.declaration.namespace
            let text = metadata.requiredText("podSelector")
            if let selector = SelectorText(text) {
                self.selector = selector
            } else {
                self.selector = SelectorText(requirements: [])
                metadata.report(
                    "is '\(text)', but must be a label selector such as app=web,tier!=test",
                    at: "podSelector"
                )
            }
            self.value = metadata.target("value", default: nil)
            self.activationValue = metadata.number("activationValue", default: 0)
            self.groupsByNode = metadata.flag("groupByNode")
        }
    }

    private let configuration: Configuration
    private let api: any KubernetesAPI

    init(_ configuration: Configuration, _ api: any KubernetesAPI) {
        self.configuration = configuration
        self.api = api
    }

    func read() async throws(TriggerFailure) -> TriggerReading {
        let selector = self.configuration.selector
        let pods: [KubernetesObject]
        do {
            let list = try await self.api.list(
                .pod,
                namespace: self.configuration.namespace,
                selector: LabelSelector(selector.equalities)
            )
            pods = list.items.filter { selector.matches($0.labels) && !Self.hasEnded($0) }
        } catch {
            throw TriggerFailure(error)
        }
        let nodes = Set(pods.compactMap { $0.spec["nodeName"]?.stringValue })
        let count = Double(self.configuration.groupsByNode ? nodes.count : pods.count)
        return TriggerReading(
            metrics: [
                .init(name: "workload-\(self.configuration.namespace)", value: count, target: self.configuration.value)
            ],
            isActive: count > self.configuration.activationValue
        )
    }

    private static func hasEnded(_ pod: KubernetesObject) -> Bool {
        let phase = pod.status["phase"]?.stringValue
        return phase == "Succeeded" || phase == "Failed"
    }
}

extension TriggerFailure {
    init(_ error: KubernetesError) {
        let kind: Kind =
            switch error.code {
            case .forbidden: .refused
            case .notFound, .invalid, .badRequest, .alreadyExists: .invalid
            case .conflict, .expired, .unavailable, .unreachable, .serverError: .unavailable
            }
        self.init(kind, error.description)
    }
}
