public import StructuredData

extension ServingRuntime {
    /// Every mistake in `json`, as a new object or as the successor of `old`.
    ///
    /// - Parameter others: All runtimes there are; this one may be among them.
    public static func problems(
        of json: JSONValue,
        replacing old: JSONValue? = nil,
        others: [ServingRuntime] = []
    ) -> [Problem] {
        let reader = FieldReader(json)
        let runtime = ServingRuntime(reading: reader)
        var problems = reader.problems
        problems += runtime.problemsOfPriorities
        problems += others.compactMap { runtime.collision(with: $0) }
        problems += runtime.problemsOfWorker
        if let worker = old?["spec"]?["workerSpec"], worker != .null, json["spec"]?["workerSpec"] == nil {
            problems.append(Problem(path: "spec.workerSpec", message: "must not be removed from a runtime"))
        }
        return problems
    }

    /// Of one format a runtime has one priority.
    private var problemsOfPriorities: [Problem] {
        var first: [String: Int] = [:]
        var problems: [Problem] = []
        for (index, format) in self.spec.supportedModelFormats.enumerated() where format.isAutoSelected {
            guard let priority = format.priority else { continue }
            guard let other = first[format.name] else {
                first[format.name] = priority
                continue
            }
            if other != priority {
                let path = FieldPath("spec.supportedModelFormats").element(index).member("priority")
                let message = "is \(priority), but another entry for '\(format.name)' has \(other); make them equal"
                problems.append(Problem(path: path.description, message: message))
            }
        }
        return problems
    }

    /// Two runtimes between which a model could not choose.
    private func collision(with other: ServingRuntime) -> Problem? {
        let isItself = other.name == self.name && other.metadata.namespace == self.metadata.namespace
        let isSameScope =
            other.isClusterScoped == self.isClusterScoped
            && (self.isClusterScoped || other.metadata.namespace == self.metadata.namespace)
        guard !isItself, isSameScope, !self.spec.isDisabled, !other.spec.isDisabled,
            self.spec.isMultiModel == other.spec.isMultiModel,
            !Set(self.spec.protocolVersions).isDisjoint(with: other.spec.protocolVersions)
        else { return nil }
        for (index, format) in self.spec.supportedModelFormats.enumerated() {
            guard format.isAutoSelected, let priority = format.priority else { continue }
            let isTaken = other.spec.supportedModelFormats.contains {
                $0.isAutoSelected && $0.name == format.name && $0.version == format.version && $0.priority == priority
            }
            if isTaken {
                let path = FieldPath("spec.supportedModelFormats").element(index).member("priority")
                let message =
                    "is \(priority), which the \(other.kind) '\(other.name)' has for '\(format.label)' too; "
                    + "choose another"
                return Problem(path: path.description, message: message)
            }
        }
        return nil
    }

    private var problemsOfWorker: [Problem] {
        guard let worker = self.spec.worker else { return [] }
        var problems: [Problem] = []
        if worker.pod.containers.count > 1 {
            let message = "has \(worker.pod.containers.count) entries, but must have one at most"
            problems.append(Problem(path: "spec.workerSpec.containers", message: message))
        }
        let sizes = [
            ("pipelineParallelSize", worker.pipelineParallelSize), ("tensorParallelSize", worker.tensorParallelSize),
        ]
        for case (let key, let size?) in sizes where size < 1 {
            problems.append(Problem(path: "spec.workerSpec.\(key)", message: "is \(size), but must be at least 1"))
        }
        return problems
    }
}
