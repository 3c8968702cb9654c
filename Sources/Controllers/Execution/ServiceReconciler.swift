import KubernetesClient
import Logging
import ServingAPI
import StructuredData
import Telemetry

/// Brings one InferenceService to where its plan says it should be.
///
/// Children come first, then the status, then the news: whoever reads `Ready` finds everything in place. A write that
/// another one overtook ends the attempt; the next begins with what is there then.
struct ServiceReconciler: Sendable {
    let api: any KubernetesAPI
    let settings: ControllerSettings
    let feed: ActivityFeed
    let log: Logger

    /// - Returns: Whether anything was written, and when to look again although nothing happened.
    func reconcile(
        _ observation: ServiceObservation
    ) async throws(KubernetesError) -> (hasWritten: Bool, recheckAfterSeconds: Double?) {
        let now = WallTime.now().rfc3339
        let plan = ServicePlanner(settings: self.settings).plan(for: observation, now: now)
        var hasWritten = false
        for child in plan.children {
            hasWritten = try await self.write(child, stored: observation.child(child.identity)) || hasWritten
        }
        for removal in plan.removals {
            guard let child = observation.child(removal), !child.isDeleting else { continue }
            try await self.remove(removal, uid: child.uid)
            hasWritten = true
        }
        hasWritten = try await self.writeStatus(plan.status, of: observation.service) || hasWritten
        for news in plan.news { await self.tell(news, about: observation.service, now: now) }
        return (hasWritten, plan.recheckAfterSeconds)
    }

    private func write(_ child: ChildPlan, stored: KubernetesObject?) async throws(KubernetesError) -> Bool {
        switch ChildDiff(planned: child, stored: stored) {
        case .nothing:
            return false
        case .create(let object):
            _ = try await self.api.create(child.type, object)
        case .update(let object):
            _ = try await self.api.update(child.type, object, subresource: nil)
        }
        return true
    }

    private func remove(_ child: ChildPlan.Identity, uid: String) async throws(KubernetesError) {
        do {
            try await self.api.delete(child.type, child.key, uid: uid)
        } catch  where error.code == .notFound {
            // Somebody else was faster.
        }
    }

    private func writeStatus(
        _ status: InferenceServiceStatus,
        of service: KubernetesObject
    ) async throws(KubernetesError) -> Bool {
        guard status != InferenceServiceStatus(json: service.status) else { return false }
        var object = service
        object.status = status.json
        _ = try await self.api.update(.inferenceService, object, subresource: .status)
        return true
    }

    // MARK: News

    private func tell(_ news: ServiceNews, about service: KubernetesObject, now: String) async {
        self.feed.publish(news.kind.activity, subject: "\(service.key)", message: news.message)
        guard let reason = news.kind.eventReason else { return }
        do {
            _ = try await self.api.create(.event, Self.event(news, reason: reason, about: service, now: now))
        } catch {
            // Events are a courtesy: a service does not wait for them.
            self.log.debug("event not written", metadata: ["service": "\(service.key)", "error": "\(error)"])
        }
    }

    private static func event(
        _ news: ServiceNews,
        reason: String,
        about service: KubernetesObject,
        now: String
    ) -> KubernetesObject {
        var event = KubernetesObject(.event, ObjectKey(namespace: service.namespace, name: ""))
        event.metadata["name"] = nil
        event.metadata["generateName"] = .string("\(service.name).")
        event.json["involvedObject"] = [
            "apiVersion": .string(service.apiVersion), "kind": .string(service.kind),
            "namespace": .string(service.namespace), "name": .string(service.name), "uid": .string(service.uid),
            "resourceVersion": .string(service.resourceVersion ?? ""),
        ]
        event.json["type"] = news.kind == .ready ? "Normal" : "Warning"
        event.json["reason"] = .string(reason)
        event.json["message"] = .string(news.message)
        event.json["source"] = ["component": "pilotlight-controller"]
        event.json["firstTimestamp"] = .string(now)
        event.json["lastTimestamp"] = .string(now)
        event.json["count"] = 1
        return event
    }
}

extension ServiceObservation {
    /// A child as it is stored.
    func child(_ identity: ChildPlan.Identity) -> KubernetesObject? {
        [self.deployment, self.revision, self.route, self.scaledObject].compactMap(\.self).first {
            $0.key == identity.key && $0.kind == identity.type.kind
        }
    }
}

extension ServiceNews.Kind {
    var activity: Activity.Kind {
        switch self {
        case .created, .changed: .configurationChanged
        case .rejected: .configurationRejected
        case .ready: .serviceReady
        case .notReady: .serviceFailed
        }
    }

    /// KServe's word for it; `nil` where KServe writes no event.
    var eventReason: String? {
        switch self {
        case .ready: "InferenceServiceReady"
        case .notReady, .rejected: "InferenceServiceNotReady"
        case .created, .changed: nil
        }
    }
}
