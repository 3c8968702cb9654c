import StructuredData

extension AdmissionRules {
    /// A model that is spread over several nodes.
    mutating func checkWorker(_ worker: WorkerSpec, of predictor: PredictorSpec, at path: FieldPath) {
        if worker.pod.containers.count > 1 {
            self.report(
                "has \(worker.pod.containers.count) entries, but must have one at most",
                at: path.member("containers")
            )
        }
        let sizes = [
            ("pipelineParallelSize", worker.pipelineParallelSize), ("tensorParallelSize", worker.tensorParallelSize),
        ]
        for case (let key, let size?) in sizes where size < 1 {
            self.report("is \(size), but must be at least 1", at: path.member(key))
        }
        self.checkEnvironments(of: worker.pod, at: path)
        self.checkSizesInEnvironment(worker, of: predictor, at: path)
        for (index, container) in worker.pod.containers.enumerated() {
            self.checkDevices(of: container, at: path.member("containers").element(index))
        }
        if let model = predictor.model {
            self.checkDevices(of: model.container, at: Self.predictorPath.member("model"))
            let scheme = model.storageUri.flatMap { StorageAddress($0).scheme }
            if scheme != "pvc", scheme != "oci" {
                let message = "must begin with pvc:// or oci:// when there is a 'workerSpec': all nodes read one copy"
                self.report(message, at: Self.predictorPath.member("model").member("storageUri"))
            }
        }
        if self.service.metadata.annotations[AnnotationName.autoscalerClass] != "none" {
            let place = FieldPath("metadata.annotations").member(AnnotationName.autoscalerClass)
            self.report("must be 'none' when there is a 'workerSpec', which does not scale", at: place)
        }
    }

    private mutating func checkSizesInEnvironment(
        _ worker: WorkerSpec,
        of predictor: PredictorSpec,
        at path: FieldPath
    ) {
        let workers = worker.pod.containers.enumerated().map { (path.member("containers").element($0), $1) }
        let servers = predictor.model.map { [(Self.predictorPath.member("model"), $0.container)] } ?? []
        for (place, container) in workers + servers {
            for (index, variable) in container.env.enumerated() {
                let fields = [
                    "PIPELINE_PARALLEL_SIZE": "pipelineParallelSize", "TENSOR_PARALLEL_SIZE": "tensorParallelSize",
                ]
                guard let field = fields[variable.name] else { continue }
                let message = "is '\(variable.name)', which must not be set; use 'workerSpec.\(field)'"
                self.report(message, at: place.member("env").element(index).member("name"))
            }
        }
    }

    /// Accelerators whose number per node is understood; everything else with a slash in its name is not.
    private mutating func checkDevices(of container: Container, at path: FieldPath) {
        let known = ["nvidia.com/gpu", "amd.com/gpu", "intel.com/gpu", "habana.ai/gaudi"] + self.furtherDevices
        for (kind, amounts) in [("requests", container.requests), ("limits", container.limits)] {
            for name in amounts.keys.sorted() where name.contains("/") {
                if known.contains(name) || name.hasPrefix("nvidia.com/mig") { continue }
                let place = path.member("resources").member(kind).member(name)
                let message = "is no accelerator that is known; name it in the annotation "
                self.report(message + "'\(AnnotationName.gpuResourceTypes)'", at: place)
            }
        }
    }

    /// A JSON list of resource names.
    private var furtherDevices: [String] {
        guard let text = self.service.metadata.annotations[AnnotationName.gpuResourceTypes],
            let list = try? JSONParser.parse(text)
        else { return [] }
        return (list.arrayValue ?? []).compactMap(\.stringValue)
    }
}
