import SimulationKit
import StructuredData

extension ScenarioReader {
    func cluster(_ reader: TableReader) -> ClusterModel {
        let quotas = reader.members("gpuQuotas").compactMap { key, value, path -> GPUQuota? in
            guard let gpus = value.intValue, gpus >= 0 else {
                reader.fields.report("must be a whole number of GPUs", at: path)
                return nil
            }
            return GPUQuota(gpuType: key, gpus: gpus)
        }
        let pools = reader.objects("pools").map(self.pool)
        if reader.has("pools"), pools.isEmpty { reader.report("needs at least one pool", at: "pools") }
        return ClusterModel(
            pools: pools,
            registryBytesPerSecond: reader.optionalMeasure("registry"),
            gpuQuotas: quotas,
            placement: ClusterModel.Placement(rawValue: reader.choice("placement")) ?? .bestFit
        )
    }

    private func pool(_ reader: TableReader) -> NodePool {
        let capacity = reader.object("node").map(self.resources) ?? ReplicaResources()
        let (least, most) = (reader.count("minNodes"), reader.count("maxNodes"))
        if most < least { reader.report("lies below 'minNodes'", at: "maxNodes") }
        return NodePool(
            name: reader.text("name"),
            gpuType: capacity.gpuType,
            capacity: capacity,
            minNodes: least,
            maxNodes: most,
            pricePerHour: reader.measure("price"),
            provisioning: reader.law("provisioning"),
            idleSeconds: reader.measure("idle"),
            bytesPerSecond: reader.optionalMeasure("bandwidth"),
            cacheBytes: reader.optionalMeasure("cache"),
            spot: reader.object("spot").map { spot in
                SpotModel(lifetime: spot.law("lifetime"), noticeSeconds: spot.measure("notice"))
            }
        )
    }

    func resources(_ reader: TableReader) -> ReplicaResources {
        ReplicaResources(
            cpu: reader.number("cpu"),
            memoryBytes: reader.measure("memory"),
            gpus: reader.count("gpus"),
            gpuType: reader.optionalText("gpuType")
        )
    }

    func metrics(_ reader: TableReader) -> MetricPipeline {
        MetricPipeline(
            reportSeconds: reader.positiveMeasure("report") ?? 1,
            lagSeconds: reader.measure("lag"),
            tickSeconds: reader.positiveMeasure("tick") ?? 1,
            actuationSeconds: reader.measure("actuation"),
            wakeSeconds: reader.measure("wake"),
            activators: max(reader.count("activators"), 1)
        )
    }

    // MARK: Faults

    func fault(_ reader: TableReader, services: [String]) -> Fault? {
        let kinds = ["nodeLost", "replicasLost", "slowStarts", "slowService", "metricsLost", "autoscalerDown"]
        let present = kinds.filter(reader.has)
        if present.count != 1 { reader.report("must have exactly one of \(kinds.joined(separator: ", "))") }
        if reader.has("at") == reader.has("every") { reader.report("must have either 'at' or 'every'") }
        guard present.count == 1, let inner = reader.object(present[0]) else { return nil }
        let when: Fault.When =
            reader.optionalLaw("every").map { .every($0) } ?? .at(seconds: reader.optionalMeasure("at") ?? 0)
        return Fault(when: when, kind: self.kind(present[0], inner, services: services))
    }

    private func kind(_ name: String, _ reader: TableReader, services: [String]) -> Fault.Kind {
        switch name {
        case "nodeLost": return .nodeLost(pool: reader.optionalText("pool"))
        case "replicasLost":
            return .replicasLost(service: self.service(reader, services) ?? "", count: reader.count("count"))
        case "slowStarts":
            return .slowStarts(
                service: self.service(reader, services),
                factor: reader.number("factor"),
                seconds: reader.measure("for")
            )
        case "slowService":
            return .slowService(
                service: self.service(reader, services),
                factor: reader.number("factor"),
                seconds: reader.measure("for")
            )
        case "metricsLost":
            return .metricsLost(service: self.service(reader, services), seconds: reader.measure("for"))
        case "autoscalerDown":
            if reader.has("service") { reader.report("the autoscaler is one for all services", at: "service") }
            return .autoscalerDown(seconds: reader.measure("for"))
        default: preconditionFailure("the fault '\(name)' has no reader")
        }
    }

    private func service(_ reader: TableReader, _ services: [String]) -> String? {
        guard let name = reader.optionalText("service") else { return nil }
        if !services.contains(name) {
            reader.report("names no service" + NearestName.hint(for: name, among: services), at: "service")
        }
        return name
    }
}
