import Autoscaler
import KubernetesClient
import ScalingCore
import StructuredData

extension TriggerKind {
    /// Processor time or memory that the target's own pods use.
    static func resource(_ resource: ResourceTrigger.Resource, _ api: any KubernetesAPI) -> TriggerKind {
        TriggerKind(resource.rawValue, isResource: true) { metadata in
            let configuration = ResourceTrigger.Configuration(metadata, resource: resource)
            return { ResourceTrigger(configuration, api) }
        }
    }
}

/// Reads what each of the target's running pods uses and has requested.
///
/// Says nothing about activity: an object that scales on a resource alone cannot be at zero, where there is nothing to
/// measure.
struct ResourceTrigger: Trigger {
    enum Resource: String, Sendable {
        case cpu, memory
    }

    struct Configuration: Sendable {
        let resource: Resource
        let namespace: String
        let podLabels: [String: String]
        /// Percent of the request, or cores or bytes.
        let target: Double
        /// `nil` for all of a pod's containers together.
        let container: String?

        init(_ metadata: MetadataReader, resource: Resource) {
            self.resource = resource
            self.namespace = metadata.declaration.namespace
            self.podLabels = metadata.declaration.podLabels
            self.container = metadata.text("containerName")
            let text = metadata.requiredText("value")
            let type = metadata.declaration.metricType
            metadata.pass("type")
            let value = type == .utilization ? Int(text.trimmed).map(Double.init) : Quantity(text.trimmed)?.value
            self.target = value.flatMap { $0 > 0 ? $0 : nil } ?? 1
            if type == .value {
                metadata.report(
                    "must be 'Utilization' or 'AverageValue' for \(resource.rawValue)",
                    atField: "metricType"
                )
            } else if !text.isEmpty, (value ?? 0) <= 0 {
                metadata.report(
                    type == .utilization
                        ? "is '\(text)', but must be a percentage of what the pods request, as 80"
                        : "is '\(text)', but must be a quantity above 0, as 500m or 2Gi",
                    at: "value"
                )
            }
        }
    }

    private let configuration: Configuration
    private let api: any KubernetesAPI

    init(_ configuration: Configuration, _ api: any KubernetesAPI) {
        self.configuration = configuration
        self.api = api
    }

    func read() async throws(TriggerFailure) -> TriggerReading {
        guard !self.configuration.podLabels.isEmpty else {
            throw TriggerFailure(.invalid, "the target's pods are not known yet")
        }
        let selector = LabelSelector(self.configuration.podLabels)
        let (pods, usages): ([KubernetesObject], [KubernetesObject])
        do {
            pods = try await self.api.list(.pod, namespace: self.configuration.namespace, selector: selector).items
            usages =
                pods.isEmpty
                ? []
                : try await self.api.list(.podMetrics, namespace: self.configuration.namespace, selector: selector)
                    .items
        } catch {
            throw TriggerFailure(error)
        }
        let usageByPod = Dictionary(usages.map { ($0.name, $0) }) { first, _ in first }
        var samples: [TriggerReading.ResourceSample] = []
        for pod in pods where !pod.isDeleting && pod.status["phase"]?.stringValue == "Running" {
            // A pod that has not been measured yet is unknown, and no sample.
            guard let usage = usageByPod[pod.name].flatMap(self.usage) else { continue }
            samples.append(.init(replica: pod.name, usage: usage, request: self.request(of: pod)))
        }
        return TriggerReading(
            metrics: [
                .init(
                    name: self.configuration.resource.rawValue,
                    value: samples.map(\.usage).reduce(0, +),
                    target: self.configuration.target
                )
            ],
            isActive: true,
            samples: samples.sorted { $0.replica < $1.replica }
        )
    }

    private func usage(_ metrics: KubernetesObject) -> Double? {
        let containers = (metrics.json["containers"]?.arrayValue ?? []).filter(self.isMeant)
        let amounts = containers.compactMap {
            $0["usage"]?[self.configuration.resource.rawValue].flatMap { Quantity(json: $0) }
        }
        return amounts.isEmpty ? nil : amounts.map(\.value).reduce(0, +)
    }

    /// `nil` when one of the containers requests nothing: then there is no whole to be a share of.
    private func request(of pod: KubernetesObject) -> Double? {
        let containers = (pod.spec["containers"]?.arrayValue ?? []).filter(self.isMeant)
        var sum = 0.0
        for container in containers {
            let resources = container["resources"]
            let name = self.configuration.resource.rawValue
            guard let amount = resources?["requests"]?[name] ?? resources?["limits"]?[name],
                let quantity = Quantity(json: amount)
            else { return nil }
            sum += quantity.value
        }
        return containers.isEmpty ? nil : sum
    }

    private func isMeant(_ container: JSONValue) -> Bool {
        self.configuration.container == nil || container["name"]?.stringValue == self.configuration.container
    }
}
