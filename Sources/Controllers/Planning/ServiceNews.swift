import KubernetesClient
import ServingAPI
import StructuredData

/// A turn of events, for the activity feed and for the service's Kubernetes events.
struct ServiceNews: Sendable, Equatable {
    enum Kind: Sendable, Equatable {
        case created, changed, rejected, ready, notReady
    }

    let kind: Kind
    /// One English sentence.
    let message: String
}

extension ServiceNews {
    /// What is new between the status as it is stored and the status as planned.
    static func all(
        before: InferenceServiceStatus,
        plan: ServicePlan,
        observation: ServiceObservation
    ) -> [ServiceNews] {
        let configuration = Self.configuration(before, plan, observation)
        // That a rejected service is not ready goes without saying.
        let readiness = configuration?.kind == .rejected ? nil : Self.readiness(before, plan)
        return [configuration, readiness].compactMap(\.self)
    }

    private static func configuration(
        _ before: InferenceServiceStatus,
        _ plan: ServicePlan,
        _ observation: ServiceObservation
    ) -> ServiceNews? {
        guard before.observedGeneration != plan.status.observedGeneration else { return nil }
        if plan.children.isEmpty {
            let message = plan.status.conditions[.predictorReady]?.message ?? "it cannot be deployed"
            return ServiceNews(kind: .rejected, message: "The configuration cannot be carried out: \(message).")
        }
        guard before.observedGeneration != nil else {
            return ServiceNews(kind: .created, message: "Created. \(Self.summary(plan))")
        }
        let changes = Self.changes(plan, observation)
        guard !changes.isEmpty else { return nil }
        return ServiceNews(kind: .changed, message: "The configuration changed: \(changes.joined(separator: ", ")).")
    }

    private static func summary(_ plan: ServicePlan) -> String {
        guard let scaling = plan.children.first(where: { $0.type == .revision })?.object.spec["scaling"] else {
            return "It is stopped."
        }
        let least = scaling["minScale"]?.intValue ?? 0
        let most = scaling["maxScale"]?.intValue ?? 0
        let bounds = most == 0 ? "\(least) replicas or more" : "\(least) to \(most) replicas"
        let metric = scaling["metric"]?.stringValue == "rps" ? "requests a second" : "requests at a time"
        let target = scaling["target"]?.doubleValue ?? 0
        return "\(bounds), aiming at \(Self.number(target)) \(metric) for each."
    }

    /// Settings of the revision that are to change, each with both values, and whether the pods are replaced.
    private static func changes(_ plan: ServicePlan, _ observation: ServiceObservation) -> [String] {
        var changes: [String] = []
        for child in plan.children {
            switch child.type {
            case .revision:
                changes += Self.changes(from: observation.revision?.spec ?? [:], to: child.object.spec)
            case .deployment:
                let before = observation.deployment?.annotations[PlatformName.template]
                if before != nil, before != child.object.annotations[PlatformName.template] {
                    changes.append("the pods are replaced")
                }
            default: break
            }
        }
        if !plan.removals.isEmpty { changes.append("it is stopped") }
        return changes
    }

    private static func changes(from before: JSONValue, to after: JSONValue) -> [String] {
        var changes: [String] = []
        for (key, value) in after.objectValue ?? [:] where before[key] != value {
            guard case .object = value else {
                changes.append("\(key) from \(Self.text(before[key])) to \(Self.text(value))")
                continue
            }
            changes += Self.changes(from: before[key] ?? [:], to: value)
        }
        return changes
    }

    private static func readiness(_ before: InferenceServiceStatus, _ plan: ServicePlan) -> ServiceNews? {
        let was = before.conditions[.ready]?.status
        let ready = plan.status.conditions[.ready]
        switch (was, ready?.status) {
        case (.yes, .yes), (.no, .no), (_, .unknown), (_, nil):
            return nil
        case (_, .yes):
            return ServiceNews(kind: .ready, message: "Ready at \(plan.status.url ?? "no address").")
        case (_, .no):
            return ServiceNews(kind: .notReady, message: "Not ready: \(ready?.message ?? ready?.reason ?? "unknown").")
        }
    }

    private static func text(_ value: JSONValue?) -> String {
        switch value {
        case nil: "nothing"
        case .double(let number)?: Self.number(number)
        case .string(let text)?: text
        case let value?: value.jsonText()
        }
    }

    private static func number(_ number: Double) -> String {
        let rounded = (number * 100).rounded() / 100
        return Int64(exactly: rounded).map { "\($0)" } ?? "\(rounded)"
    }
}
