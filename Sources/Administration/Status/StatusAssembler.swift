import KubernetesClient
import ServingAPI
import StructuredData
import Telemetry

/// Puts the status together from the objects of the API, the present load and what happened lately.
///
/// A function of its arguments: it asks nobody, so a test can show it anything.
struct StatusAssembler {
    var services: [KubernetesObject] = []
    var revisions: [KubernetesObject] = []
    var routes: [KubernetesObject] = []
    var pods: [KubernetesObject] = []
    var deployments: [KubernetesObject] = []
    var scaledObjects: [KubernetesObject] = []
    /// `nil` when unknown.
    var triggers: [ObjectKey: [LiveTrigger]]?
    /// `nil` when unknown.
    var loads: [LiveLoad]?
    var activities: [Activity] = []
    var histories: [RevisionID: [Double]] = [:]

    func status(at time: WallTime, version: String) -> PlatformStatus {
        let revisionsByService = Dictionary(grouping: self.revisions) { revision in
            ObjectKey(namespace: revision.namespace, name: revision.spec["inferenceService"]?.stringValue ?? "")
        }
        let podsByRevision = Dictionary(grouping: self.pods) { pod in
            RevisionID(namespace: pod.namespace, name: pod.labels[LabelName.revision] ?? "")
        }
        let loads = self.loads.map { Dictionary($0.map { ($0.revision, $0) }, uniquingKeysWith: { $1 }) }
        let percentages = self.percentages()
        let coldStarts = self.coldStarts()
        let reports = self.services.map { service in
            var report = ServiceReport(of: service)
            report.coldStart = coldStarts[service.key.description]
            for object in revisionsByService[service.key] ?? [] {
                let id = RevisionID(namespace: object.namespace, name: object.name)
                do {
                    var revision = RevisionReport(of: try Revision(json: object.json))
                    revision.trafficPercent = percentages[id]
                    revision.replicas = (podsByRevision[id] ?? []).map(ReplicaReport.init(of:)).sorted {
                        $0.name < $1.name
                    }
                    revision.load = loads.map { $0[id] ?? .none(id) }
                    revision.history = self.histories[id] ?? []
                    report.revisions.append(revision)
                } catch {
                    report.message = "Revision \(object.name) cannot be read: \(error)"
                }
            }
            report.revisions.sort { ($0.component, $0.name) < ($1.component, $1.name) }
            return report
        }
        return PlatformStatus(
            time: time,
            version: version,
            services: reports.sorted { ($0.namespace, $0.name) < ($1.namespace, $1.name) },
            scaledObjects: self.eventScalings(at: time)
        )
    }

    private func percentages() -> [RevisionID: Int] {
        var percentages: [RevisionID: Int] = [:]
        for object in self.routes {
            guard let route = try? Route(json: object.json) else { continue }
            for part in route.spec.traffic {
                let id = RevisionID(namespace: object.namespace, name: part.revision)
                percentages[id, default: 0] += part.percent
            }
        }
        return percentages
    }

    /// The last cold start of each service, by `namespace/name`.
    private func coldStarts() -> [String: ColdStartReport] {
        var reports: [String: ColdStartReport] = [:]
        for activity in self.activities {
            if let report = ColdStartReport(activity) { reports[activity.subject] = report }
        }
        return reports
    }
}

extension ServiceReport {
    fileprivate init(of service: KubernetesObject) {
        let ready = service.condition("Ready")
        self.init(namespace: service.namespace, name: service.name)
        self.url = service.status["url"]?.stringValue ?? service.status["address"]?["url"]?.stringValue
        self.isReady = ready?.isTrue
        if self.isReady == false { self.message = ready?.message ?? ready?.reason }
    }
}

extension RevisionReport {
    fileprivate init(of revision: Revision) {
        let scaling = revision.spec.scaling
        let status = revision.status
        self.init(
            name: revision.metadata.name,
            component: revision.spec.component,
            desiredReplicas: status.desiredReplicas,
            scaling: ScalingReport(
                metric: scaling.metric.rawValue,
                target: scaling.target,
                minScale: scaling.minScale,
                maxScale: scaling.maxScale,
                isPanicking: status.mode.map { $0 == .panic },
                stableValue: status.stableValue,
                panicValue: status.panicValue
            ),
            decision: status.lastDecision.map {
                DecisionReport(time: $0.time, desired: $0.desired, reason: $0.reason)
            }
        )
    }
}

extension ReplicaReport {
    fileprivate init(of pod: KubernetesObject) {
        let containers = pod.status["containerStatuses"]?.arrayValue ?? []
        let restarts = containers.reduce(0) { $0 + ($1["restartCount"]?.intValue ?? 0) }
        self.init(name: pod.name, state: .starting, since: pod.creationTimestamp, restarts: restarts)
        let trouble = containers.lazy.compactMap(Self.trouble).first
        if pod.isDeleting {
            self.state = .draining
        } else if pod.condition("Ready")?.isTrue == true {
            self.state = .ready
        } else if pod.status["phase"]?.stringValue == "Failed" || trouble != nil {
            self.state = .failed
            self.message = trouble ?? pod.status["message"]?.stringValue ?? pod.status["reason"]?.stringValue
        }
    }

    /// Why a container will not come up by waiting alone; `nil` for one that runs or is on its way.
    private static func trouble(_ container: JSONValue) -> String? {
        guard let waiting = container["state"]?["waiting"], let reason = waiting["reason"]?.stringValue,
            reason != "ContainerCreating", reason != "PodInitializing"
        else { return nil }
        return [reason, waiting["message"]?.stringValue].compactMap(\.self).joined(separator: ": ")
    }
}

/// One entry of `status.conditions`.
private struct Condition {
    /// `nil` for `Unknown`.
    let isTrue: Bool?
    let reason: String?
    let message: String?
}

extension KubernetesObject {
    fileprivate func condition(_ type: String) -> Condition? {
        guard
            let json = self.status["conditions"]?.arrayValue?.first(where: { $0["type"]?.stringValue == type })
        else { return nil }
        let message = json["message"]?.stringValue ?? ""
        return Condition(
            isTrue: json["status"]?.stringValue == "True"
                ? true : json["status"]?.stringValue == "False" ? false : nil,
            reason: json["reason"]?.stringValue,
            message: message.isEmpty ? nil : message
        )
    }
}
