import StructuredData

extension AdmissionRules {
    mutating func checkScaling(_ component: ComponentExtension, at path: FieldPath) {
        let notNegative = [
            ("minReplicas", component.minReplicas), ("maxReplicas", component.maxReplicas),
            ("containerConcurrency", component.containerConcurrency), ("timeout", component.timeoutSeconds),
        ]
        for case (let key, let value?) in notNegative where value < 0 {
            self.report("is \(value), but must be at least 0", at: path.member(key))
        }
        if let least = component.minReplicas, let most = component.maxReplicas, most > 0, least > most {
            let message = "is \(most), but must be at least 'minReplicas', which is \(least), or 0 for no limit"
            self.report(message, at: path.member("maxReplicas"))
        }
        self.checkTarget(component, at: path)
        self.checkTargetConcurrency(component, at: path)
        if self.service.deploymentMode == .standard { self.checkClass(component, at: path) }
        for (index, metric) in (component.autoScaling?.metrics ?? []).enumerated() {
            self.checkMetric(metric, at: path.member("autoScaling").member("metrics").element(index))
        }
    }

    private mutating func checkTarget(_ component: ComponentExtension, at path: FieldPath) {
        guard let target = component.scaleTarget else { return }
        let path = path.member("scaleTarget")
        if component.scaleMetric == .cpu, !(1...100).contains(target) {
            self.report("is \(target), but must be from 1 to 100: percent of the processor request", at: path)
        } else if target < 1 {
            self.report("is \(target), but must be at least 1", at: path)
        }
    }

    /// The short form must not contradict the long one.
    private mutating func checkTargetConcurrency(_ component: ComponentExtension, at path: FieldPath) {
        guard let target = component.targetConcurrency else { return }
        let path = path.member("targetConcurrency")
        if target < 1 { self.report("is \(target), but must be at least 1", at: path) }
        if let metric = component.scaleMetric, metric != .concurrency {
            self.report(
                "means 'scaleMetric: concurrency', but 'scaleMetric' is '\(metric.rawValue)'; keep one",
                at: path
            )
        }
        if let other = component.scaleTarget, other != target {
            self.report("is \(target), but 'scaleTarget' is \(other) and means the same; keep one", at: path)
        }
    }

    /// Where KServe would hand scaling over to another program, what that program can do is all that may be asked for.
    private mutating func checkClass(_ component: ComponentExtension, at path: FieldPath) {
        switch self.service.metadata.annotations[AnnotationName.autoscalerClass] {
        case "hpa":
            if let metric = component.scaleMetric, metric != .cpu, metric != .memory {
                let message = "is '\(metric.rawValue)', but the autoscaler class 'hpa' knows 'cpu' and 'memory' only; "
                self.report(message + "leave the annotation out", at: path.member("scaleMetric"))
            }
            for (index, metric) in (component.autoScaling?.metrics ?? []).enumerated() where metric.kind != .resource {
                guard let kind = metric.kind else { continue }
                let message = "is '\(kind.rawValue)', but the autoscaler class 'hpa' knows 'Resource' only"
                let place = path.member("autoScaling").member("metrics").element(index)
                self.report(message, at: place.member("type"))
            }
        case "keda":
            if component.scaleMetric != nil {
                let message = "must be left out with the autoscaler class 'keda'; use 'autoScaling.metrics'"
                self.report(message, at: path.member("scaleMetric"))
            }
        default:
            break
        }
    }

    private mutating func checkMetric(_ metric: AutoScalingMetric, at path: FieldPath) {
        guard let kind = metric.kind else { return }
        let particulars = path.member(kind.key)
        guard metric.json[kind.key]?.objectValue != nil else {
            if metric.json[kind.key] == nil {
                self.report("is required, because 'type' is '\(kind.rawValue)'", at: particulars)
            }
            return
        }
        let target = particulars.member("target")
        switch kind {
        case .resource:
            self.checkResource(metric, at: target)
        case .external, .podMetric:
            if (metric.query ?? "").isEmpty {
                self.report("is required", at: particulars.member("metric").member("query"))
            }
            if metric.targetValue == nil { self.report("is required", at: target.member("value")) }
        }
    }

    private mutating func checkResource(_ metric: AutoScalingMetric, at target: FieldPath) {
        let type = metric.targetType
        if let use = metric.targetUtilization, !(1...100).contains(use) {
            self.report("is \(use), but must be from 1 to 100", at: target.member("averageUtilization"))
        }
        switch metric.resourceName {
        case "cpu":
            if let type, type != "Utilization" {
                self.report("is '\(type)', but must be 'Utilization' for cpu", at: target.member("type"))
            }
        case "memory":
            if let type, type != "Utilization", type != "AverageValue" {
                let message = "is '\(type)', but must be 'Utilization' or 'AverageValue' for memory"
                self.report(message, at: target.member("type"))
            }
            if let amount = metric.targetAverageValue, amount.value < 1_048_576 {
                self.report("is \(amount), but must be at least 1Mi", at: target.member("averageValue"))
            }
        default:
            break
        }
    }
}
