import Formulas
import StructuredData

/// The rules that KEDA's webhook enforces for ScaledObjects, and those that it should.
struct ScaledObjectRules {
    let object: ScaledObject
    var problems: [Problem] = []

    private static let specPath = FieldPath("spec")

    static func problems(of object: ScaledObject) -> [Problem] {
        var rules = ScaledObjectRules(object: object)
        rules.checkName()
        rules.checkTarget()
        rules.checkNumbers()
        rules.checkTriggers()
        rules.checkFallback()
        rules.checkModifiers()
        rules.checkBehavior()
        rules.checkAnnotations()
        return rules.problems
    }

    private var spec: ScaledObjectSpec { self.object.spec }

    private mutating func report(_ message: String, at path: FieldPath) {
        self.problems.append(Problem(path: path.description, message: message))
    }

    private mutating func report(_ message: String, at key: String) {
        self.report(message, at: Self.specPath.member(key))
    }

    // MARK: The object

    private mutating func checkName() {
        let count = self.object.name.utf8.count
        guard count > 63 else { return }
        self.report("has \(count) characters, but must have 63 at most", at: FieldPath("metadata.name"))
    }

    private mutating func checkTarget() {
        let target = self.spec.scaleTargetRef
        guard target.targetKind == nil else { return }
        let path = Self.specPath.member("scaleTargetRef")
        let kinds = ScaledTargetReference.Kind.allCases
        if let kind = kinds.first(where: { $0.rawValue == target.kind || target.kind.isEmpty }) {
            let message = "is '\(target.apiVersion)', but a \(kind.rawValue) has '\(kind.apiVersion)'"
            return self.report(message, at: path.member("apiVersion"))
        }
        let names = kinds.map(\.rawValue)
        self.report(AdmissionRules.notOneOf(target.kind, names), at: path.member("kind"))
    }

    private mutating func checkNumbers() {
        let least = [
            ("pollingInterval", self.spec.pollingInterval, 1), ("cooldownPeriod", self.spec.cooldownPeriod, 0),
            ("initialCooldownPeriod", self.spec.initialCooldownPeriod, 0),
            ("idleReplicaCount", self.spec.idleReplicaCount, 0), ("minReplicaCount", self.spec.minReplicaCount, 0),
            ("maxReplicaCount", self.spec.maxReplicaCount, 1),
        ]
        var sound = true
        for case (let key, let value?, let bound) in least {
            if value < bound {
                self.report("is \(value), but must be at least \(bound)", at: key)
                sound = false
            } else if value > Int(Int32.max) {
                self.report("is \(value), but must be at most \(Int32.max)", at: key)
                sound = false
            }
        }
        guard sound else { return }
        if self.spec.minReplicas > self.spec.maxReplicas {
            let origin = self.spec.maxReplicaCount == nil ? " by default" : ""
            let message =
                "is \(self.spec.minReplicas), but must not be above 'maxReplicaCount', which is "
                + "\(self.spec.maxReplicas)\(origin)"
            self.report(message, at: "minReplicaCount")
        }
        if let idle = self.spec.idleReplicaCount, idle >= self.spec.minReplicas {
            let message = "is \(idle), but must be below 'minReplicaCount', which is \(self.spec.minReplicas)"
            self.report(message, at: "idleReplicaCount")
        }
        if self.spec.hasOnlyResourceTriggers, self.spec.minReplicaCount == 0 {
            let message = "is 0, but 'cpu' and 'memory' alone cannot lift from zero; add another trigger or write 1"
            self.report(message, at: "minReplicaCount")
        }
    }

    // MARK: Triggers

    private mutating func checkTriggers() {
        if self.spec.triggers.isEmpty { self.report("must hold one trigger at least", at: "triggers") }
        var places: [String: Int] = [:]
        for (index, trigger) in self.spec.triggers.enumerated() {
            let path = Self.specPath.member("triggers").element(index)
            if let name = trigger.name {
                if let other = places[name] {
                    self.report("is '\(name)', which triggers[\(other)] is called already", at: path.member("name"))
                } else {
                    places[name] = index
                }
            }
            self.checkMetricType(of: trigger, at: path)
            if trigger.useCachedMetrics == true, trigger.isResource || trigger.type == "cron" {
                let message = "cannot be true for '\(trigger.type)', which is asked anew each time"
                self.report(message, at: path.member("useCachedMetrics"))
            }
        }
    }

    private mutating func checkMetricType(of trigger: TriggerSpec, at path: FieldPath) {
        guard let type = trigger.metricType else { return }
        let allowed: [TriggerSpec.MetricType] =
            trigger.isResource ? [.utilization, .averageValue] : [.averageValue, .value]
        guard !allowed.contains(type) else { return }
        let list = allowed.map { "'\($0.rawValue)'" }.joined(separator: " or ")
        let message = "is '\(type.rawValue)', but must be \(list) for a trigger of type '\(trigger.type)'"
        self.report(message, at: path.member("metricType"))
    }

    // MARK: Fallback

    private mutating func checkFallback() {
        guard let fallback = self.spec.fallback else { return }
        let path = Self.specPath.member("fallback")
        for (key, value) in [("failureThreshold", fallback.failureThreshold), ("replicas", fallback.replicas)] {
            if value < 0 { self.report("is \(value), but must be at least 0", at: path.member(key)) }
        }
        if self.spec.hasOnlyResourceTriggers {
            self.report("needs a trigger that is neither 'cpu' nor 'memory', to which no fallback applies", at: path)
        }
        if fallback.behavior == .scalingModifiers, self.spec.advanced.modifiers == nil {
            let message = "is 'scalingModifiers', which needs 'advanced.scalingModifiers' with a formula"
            self.report(message, at: path.member("behavior"))
        }
    }

    // MARK: Modifiers

    private static let modifiersPath = FieldPath("spec.advanced.scalingModifiers")

    private mutating func checkModifiers() {
        guard let modifiers = self.spec.advanced.modifiers else { return }
        let path = Self.modifiersPath
        if let target = modifiers.targetNumber, target > 0 {
            // As it should be.
        } else if !modifiers.target.isEmpty {
            self.report("is '\(modifiers.target)', but must be a number above 0", at: path.member("target"))
        }
        if modifiers.activationNumber == nil {
            let message = "is '\(modifiers.activationTarget ?? "")', but must be a number"
            self.report(message, at: path.member("activationTarget"))
        }
        if modifiers.metricType == .utilization {
            let message = "is 'Utilization', but must be 'AverageValue' or 'Value'"
            self.report(message, at: path.member("metricType"))
        }
        self.checkFormula(modifiers)
    }

    private mutating func checkFormula(_ modifiers: ScalingModifiersSpec) {
        let triggers = self.spec.triggers.enumerated().filter { !$0.element.isResource }
        for (index, trigger) in triggers where trigger.name == nil {
            let path = Self.specPath.member("triggers").element(index).member("name")
            self.report("is required, because the formula of 'scalingModifiers' replaces all triggers", at: path)
        }
        guard !modifiers.formula.isEmpty else { return }
        let path = Self.modifiersPath.member("formula")
        let formula: Formula
        do throws(FormulaError) {
            formula = try Formula(modifiers.formula)
        } catch {
            return self.report("\(error)", at: path)
        }
        let names = triggers.compactMap(\.element.name)
        for (index, trigger) in triggers {
            guard let name = trigger.name, !Formula.isName(name) else { continue }
            let place = Self.specPath.member("triggers").element(index).member("name")
            let message = "is '\(name)', which no formula can name; use letters, digits and '_', a letter first"
            self.report(message, at: place)
        }
        for name in formula.names where !names.contains(where: { Self.isMeant(name, by: $0) }) {
            let hint = NearestName.hint(for: name, among: names)
            self.report("names '\(name)', but no trigger is called that\(hint)", at: path)
        }
    }

    /// Further metrics of one trigger are its name and a number: `queue01`.
    private static func isMeant(_ name: String, by trigger: String) -> Bool {
        name == trigger
            || (name.hasPrefix(trigger) && name.count == trigger.count + 2
                && name.suffix(2).allSatisfy { ("0"..."9").contains($0) })
    }

    // MARK: The rest

    private mutating func checkBehavior() {
        guard let behavior = self.spec.advanced.behavior else { return }
        let path = FieldPath("spec.advanced.horizontalPodAutoscalerConfig.behavior")
        for (key, rules) in [("scaleUp", behavior.scaleUp), ("scaleDown", behavior.scaleDown)] {
            for (index, policy) in (rules?.policies ?? []).enumerated() {
                guard key == "scaleDown", policy.kind == .percent, policy.value > 100 else { continue }
                let message = "is \(policy.value), but more than 100 per cent cannot be taken away"
                self.report(message, at: path.member(key).member("policies").element(index).member("value"))
            }
        }
    }

    private mutating func checkAnnotations() {
        let name = AnnotationName.kedaPausedReplicas
        guard let text = self.object.metadata.annotations[name], self.object.pausedReplicas == nil else { return }
        let path = FieldPath("metadata.annotations").member(name)
        self.report("is '\(text)', but must be a whole number of replicas, at least 0", at: path)
    }
}
