import KubernetesClient
import StructuredData

/// The template of a deployment, and the pods that are made from it.
struct PodTemplate: Sendable {
    static let hashLabel = "pod-template-hash"

    private let deployment: KubernetesObject
    private let template: JSONValue
    /// Differs when anything in the template does; equal templates have equal hashes, today and after a restart.
    let hash: String

    init(of deployment: KubernetesObject) {
        self.deployment = deployment
        self.template = deployment.spec["template"] ?? [:]
        self.hash = TemplateHash.text(of: self.template)
    }

    /// A new pod, placed on `node`, owned by the deployment.
    func pod(onNode node: String) -> KubernetesObject {
        var pod = KubernetesObject(
            json: ["apiVersion": "v1", "kind": "Pod", "metadata": self.template["metadata"] ?? [:]]
        )
        pod.metadata["name"] = nil
        pod.namespace = self.deployment.namespace
        pod.metadata["generateName"] = .string("\(self.deployment.name)-\(self.hash)-")
        pod.labels[Self.hashLabel] = self.hash
        pod.ownerReferences = [self.deployment.asOwner()]
        pod.spec = self.template["spec"] ?? [:]
        pod.spec["nodeName"] = .string(node)
        return pod
    }
}
