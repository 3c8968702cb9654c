import KubernetesClient
import ServingAPI

/// What the parts of one service are called, and under which addresses it is found.
struct ServiceNames: Sendable {
    let service: InferenceService
    let settings: ControllerSettings

    var namespace: String { self.service.namespace }
    /// Of Deployment and Revision.
    var predictor: String { self.service.predictorName }
    var predictorKey: ObjectKey { ObjectKey(namespace: self.namespace, name: self.predictor) }
    var routeKey: ObjectKey { ObjectKey(namespace: self.namespace, name: self.service.name) }

    /// The value of the label by which the Deployment finds its pods.
    var appLabel: String { "isvc.\(self.predictor)" }

    /// Knative's form first, because that is what `status.url` says; KServe's two forms are answered as well.
    var hosts: [String] {
        let (name, namespace, domain) = (self.service.name, self.namespace, self.settings.domain)
        let internalHosts = ["\(name).\(namespace)", "\(name).\(namespace).svc.cluster.local"]
        guard !self.isClusterLocal else { return internalHosts }
        return ["\(name).\(namespace).\(domain)", "\(name)-\(namespace).\(domain)"] + internalHosts
            + ["\(self.predictor).\(namespace).\(domain)", "\(self.predictor)-\(namespace).\(domain)"]
    }

    var pathPrefix: String { "/serving/\(self.namespace)/\(self.service.name)" }

    /// Asked to be reached from inside only.
    var isClusterLocal: Bool {
        LabelName.visibility.contains { self.service.metadata.labels[$0] == "cluster-local" }
    }

    var url: String {
        self.isClusterLocal ? self.addressUrl : self.settings.url(host: self.hosts[0])
    }

    var predictorUrl: String {
        self.isClusterLocal
            ? self.addressUrl : self.settings.url(host: "\(self.predictor).\(self.namespace).\(self.settings.domain)")
    }

    var addressUrl: String { "http://\(self.service.name).\(self.namespace).svc.cluster.local" }
}
