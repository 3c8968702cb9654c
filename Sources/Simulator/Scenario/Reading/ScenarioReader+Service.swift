import RoutingCore
import ScalingCore
import SimulationKit
import StructuredData

extension ScenarioReader {
    func services(_ reader: TableReader) -> [ServiceModel] {
        let readers = reader.objects("services")
        if reader.has("services"), readers.isEmpty { reader.report("needs at least one service", at: "services") }
        var seen: Set<String> = []
        var services: [ServiceModel] = []
        for reader in readers {
            let name = reader.text("name")
            if !seen.insert(name).inserted { reader.report("is the name of another service too", at: "name") }
            let service = self.service(reader, name: name)
            let count = reader.count("count")
            if let functions = reader.object("functionsOf") {
                services += self.functions(functions).map { function in
                    var copy = service
                    copy.name = "\(name)/\(function.name)"
                    copy.workloads = [function.workload]
                    return copy
                }
            } else if count <= 1 {
                services.append(service)
            } else {
                services += (1...count).map { number in
                    var copy = service
                    copy.name = "\(name)-\(number)"
                    return copy
                }
            }
        }
        return services
    }

    private func service(_ reader: TableReader, name: String) -> ServiceModel {
        if reader.has("gateway"), reader.has("queue") { reader.report("has both 'gateway' and 'queue'; keep one") }
        let gateway = reader.object("gateway").map(self.gateway) ?? GatewayModel()
        let entry = reader.object("queue").map { EntryModel.queue(self.queue($0)) } ?? .gateway(gateway)
        let workloadReaders = reader.objects("workload")
        let workloads = workloadReaders.compactMap(self.workload)
        if reader.has("workload") == reader.has("functionsOf") {
            reader.report("needs either 'workload' or 'functionsOf'")
        } else if reader.has("functionsOf"), reader.has("count") {
            reader.report("goes with 'workload', not with 'functionsOf'", at: "count")
        } else if reader.has("workload"), workloadReaders.isEmpty {
            reader.report("needs at least one workload", at: "workload")
        }
        return ServiceModel(
            name: name,
            workloads: workloads,
            entry: entry,
            serving: reader.object("serving").flatMap(self.serving) ?? .slots(SlotServing(time: .constant(0))),
            startup: reader.object("startup").map { self.startup($0, service: name) } ?? StartupModel(),
            scaling: self.scaling(reader.object("scaling"), containerConcurrency: gateway.containerConcurrency),
            policy: reader.object("policy").map(self.policy) ?? PolicyReference(name: "pilotlight"),
            resources: reader.object("resources").map(self.resources) ?? ReplicaResources(),
            initialReplicas: reader.count("initialReplicas"),
            drainSeconds: reader.measure("drain"),
            objective: reader.object("objective").map(self.objective),
            pricePerReplicaHour: reader.measure("price")
        )
    }

    // MARK: Entry

    private func gateway(_ reader: TableReader) -> GatewayModel {
        GatewayModel(
            containerConcurrency: reader.count("containerConcurrency"),
            queueCapacity: reader.count("queueCapacity"),
            waitTimeoutSeconds: reader.measure("waitTimeout"),
            choice: ReplicaChoice(rawValue: reader.choice("choice")) ?? .leastLoaded,
            readinessDelay: reader.law("readinessDelay"),
            retry: reader.object("retry").map(self.retry)
        )
    }

    private func retry(_ reader: TableReader) -> RetryModel {
        RetryModel(
            attempts: reader.count("attempts"),
            firstPauseSeconds: reader.measure("firstPause"),
            factor: reader.number("factor"),
            longestPauseSeconds: reader.measure("longestPause"),
            jitter: reader.measure("jitter")
        )
    }

    private func queue(_ reader: TableReader) -> QueueModel {
        QueueModel(
            partitions: reader.count("partitions"),
            maxBatch: max(reader.count("maxBatch"), 1),
            rebalance: reader.law("rebalance"),
            pollSeconds: reader.measure("poll"),
            targetLag: reader.number("targetLag")
        )
    }

    // MARK: Start

    private func startup(_ reader: TableReader, service: String) -> StartupModel {
        StartupModel(
            scheduling: reader.law("scheduling"),
            image: reader.object("image").map { self.artifact($0, name: "image of \(service)") },
            weights: reader.object("weights").map { self.artifact($0, name: "weights of \(service)") },
            warmUp: reader.law("warmUp"),
            failureShare: reader.measure("failureShare"),
            restartPauseSeconds: reader.measure("restartPause")
        )
    }

    private func artifact(_ reader: TableReader, name: String) -> Artifact {
        Artifact(
            name: reader.optionalText("name") ?? name,
            bytes: reader.measure("size"),
            time: reader.law("time"),
            cachedTime: reader.law("cachedTime")
        )
    }

    // MARK: Scaling

    private func scaling(_ reader: TableReader?, containerConcurrency: Int) -> ScalingConfiguration {
        guard let reader else {
            let total = containerConcurrency > 0 ? Double(containerConcurrency) : 100
            return ScalingConfiguration(target: 0.7 * total, total: total)
        }
        let metric = ScalingMetric(rawValue: reader.choice("metric")) ?? .concurrency
        let standard = metric == .rps ? 200 : containerConcurrency > 0 ? Double(containerConcurrency) : 100
        let total = reader.optionalNumber("total") ?? standard
        let stable = self.wholeSeconds(reader, "stableWindow") ?? 60
        let configuration = ScalingConfiguration(
            metric: metric,
            target: reader.optionalNumber("target") ?? total * reader.measure("utilization"),
            total: total,
            targetBurstCapacity: reader.number("targetBurstCapacity"),
            panicThreshold: reader.number("panicThreshold"),
            stableWindowSeconds: stable,
            panicWindowSeconds: self.wholeSeconds(reader, "panicWindow") ?? max(stable / 10, 1),
            maxScaleUpRate: reader.number("maxScaleUpRate"),
            maxScaleDownRate: reader.number("maxScaleDownRate"),
            minScale: reader.count("minScale"),
            maxScale: reader.count("maxScale"),
            initialScale: 0,
            activationScale: reader.count("activationScale"),
            scaleDownDelaySeconds: reader.measure("scaleDownDelay"),
            scaleToZeroGraceSeconds: reader.measure("scaleToZeroGrace"),
            scaleToZeroPodRetentionSeconds: reader.measure("scaleToZeroRetention"),
            aggregation: WindowAggregation(rawValue: reader.choice("aggregation")) ?? .linear
        )
        for problem in configuration.problems { reader.report(problem.message, at: problem.path) }
        if configuration.maxScale > 0, configuration.maxScale < configuration.minScale {
            reader.report("lies below 'minScale'", at: "maxScale")
        }
        return configuration
    }

    private func wholeSeconds(_ reader: TableReader, _ name: String) -> Int? {
        guard let seconds = reader.optionalMeasure(name) else { return nil }
        guard let whole = Int(exactly: seconds.rounded()), abs(seconds - Double(whole)) < 1e-9 else {
            reader.report("must be whole seconds", at: name)
            return nil
        }
        return whole
    }

    private func objective(_ reader: TableReader) -> ServiceObjective {
        ServiceObjective(
            totalSeconds: reader.optionalMeasure("total"),
            timeToFirstTokenSeconds: reader.optionalMeasure("timeToFirstToken"),
            interTokenSeconds: reader.optionalMeasure("interToken"),
            attainment: reader.measure("attainment")
        )
    }

    // MARK: Policy

    private func policy(_ reader: TableReader) -> PolicyReference {
        let name = reader.text("name")
        let names = self.catalogue.factories.map(\.description.name)
        guard let factory = self.catalogue[name] else {
            let known = names.joined(separator: ", ")
            let hint = NearestName.hint(for: name, among: names)
            reader.report("is '\(name)', but must be one of \(known)" + hint, at: "name")
            return PolicyReference(name: name)
        }
        var reference = PolicyReference(name: name, group: reader.optionalText("group"))
        for (key, value, path) in reader.members("parameters") {
            let parameter = factory.description.parameters.first { $0.name == key }
            guard let converted = self.parameter(value, parameter, at: path, reader) else { continue }
            if parameter == nil {
                // Texts are the policy's own to judge, unless they stand under a slip of the pen.
                let known = factory.description.parameters.map(\.name)
                let hint = NearestName.hint(for: key, among: known)
                if case .number = converted {
                    reader.fields.report("is no parameter of '\(name)'" + hint, at: path)
                } else if !hint.isEmpty {
                    reader.fields.report("is no parameter of '\(name)'" + hint, at: path)
                }
            }
            reference.parameters[key] = converted
        }
        for problem in factory.problems(reference) {
            reader.fields.report(problem.message, at: reader.fields.path.member("parameters").member(problem.path))
        }
        return reference
    }

    private func parameter(
        _ value: JSONValue,
        _ parameter: PolicyDescription.Parameter?,
        at path: FieldPath,
        _ reader: TableReader
    ) -> PolicyReference.Value? {
        if let parameter {
            let figure: Double?
            switch parameter.unit {
            case "seconds": figure = value == "never" ? .infinity : reader.measure(value, .duration, at: path)
            case "bytes": figure = reader.measure(value, .bytes, at: path)
            default:
                figure = value.doubleValue ?? value.boolValue.map { $0 ? 1 : 0 }
                if figure == nil { reader.fields.report("must be a number: \(parameter.summary)", at: path) }
            }
            if let figure, figure.isFinite, !parameter.range.contains(figure) {
                let (low, high) = (parameter.range.lowerBound, parameter.range.upperBound)
                let bounds = "\(NumberText.significant(low)) to \(NumberText.significant(high)) \(parameter.unit)"
                reader.fields.report("lies outside \(bounds)", at: path)
            }
            return figure.map { .number($0) }
        }
        switch value {
        case .bool(let flag): return .flag(flag)
        case .int, .double: return value.doubleValue.map { .number($0) }
        case .string(let text): return .text(text)
        case .array(let elements): return .list(elements.map { $0.stringValue ?? $0.jsonText() })
        case .null, .object:
            reader.fields.report("must be a figure, a name or a list", at: path)
            return nil
        }
    }
}
