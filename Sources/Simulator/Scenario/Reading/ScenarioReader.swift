import SimulationKit
import StructuredData

/// Reads a scenario document into a plan; finds every problem in one pass.
struct ScenarioReader {
    let catalogue: PolicyCatalogue
    let traces: TraceShelf

    func plan(of json: JSONValue) throws(ProblemList) -> ScenarioPlan {
        let fields = FieldReader(json)
        let reader = TableReader(fields, ScenarioTables.scenario)
        _ = reader.count("version")
        let services = self.services(reader)
        let horizon = reader.positiveMeasure("horizon") ?? 0
        let warmUp = reader.measureOrWord("warmUp")
        if let warmUp, horizon > 0, warmUp >= horizon { reader.report("must end before the horizon", at: "warmUp") }
        let recording = self.recording(reader, horizon: horizon)
        let scenario = Scenario(
            name: reader.text("name"),
            horizonSeconds: horizon,
            warmUpSeconds: warmUp ?? 0,
            services: services,
            cluster: reader.object("cluster").map(self.cluster),
            faults: reader.objects("faults").compactMap { self.fault($0, services: services.map(\.name)) },
            metrics: reader.object("metrics").map(self.metrics) ?? MetricPipeline(),
            recording: recording
        )
        let repeated = reader.object("replications")
        let plan = ScenarioPlan(
            name: scenario.name,
            question: reader.optionalText("question") ?? "",
            seed: UInt64(reader.count("seed")),
            currency: Self.currency(in: json) ?? "",
            scenario: scenario,
            findsWarmUp: warmUp == nil,
            replications: self.replications(repeated),
            sureFigure: repeated.flatMap { Figure(rawValue: $0.choice("figure")) } ?? .latencyMean,
            baseline: reader.text("baseline"),
            alternatives: reader.objects("alternatives").map(self.alternative),
            sweep: self.sweepFields(reader, "sweep"),
            optimize: reader.object("optimize").flatMap { self.optimize($0, services: services.map(\.name)) },
            sensitivity: reader.object("sensitivity").map(self.sensitivity),
            traces: self.traces.used.filter { use in Self.paths(in: json).contains(use.path) },
            standIns: self.traces.standIns.intersection(Self.paths(in: json)).sorted()
        )
        try fields.finish()
        return plan
    }

    // MARK: What is done with the model

    private func replications(_ reader: TableReader?) -> PrecisionRule {
        guard let reader else { return PrecisionRule(minimum: 5, maximum: 5, relativeHalfWidth: nil) }
        let minimum = max(reader.count("min"), 1)
        let maximum = max(reader.count("max"), 1)
        if reader.has("max"), reader.has("min"), maximum < minimum { reader.report("lies below 'min'", at: "max") }
        return PrecisionRule(
            minimum: minimum,
            maximum: max(minimum, maximum),
            relativeHalfWidth: reader.optionalMeasure("relativeHalfWidth")
        )
    }

    /// Every file that the document names: a shelf may have read those of other documents too.
    private static func paths(in json: JSONValue) -> Set<String> {
        switch json {
        case .object(let members):
            let own = members["path"]?.stringValue.map { Set([$0]) } ?? []
            return members.reduce(into: own) { $0.formUnion(Self.paths(in: $1.value)) }
        case .array(let elements): return elements.reduce(into: []) { $0.formUnion(Self.paths(in: $1)) }
        case .null, .bool, .int, .double, .string: return []
        }
    }

    /// The currency of the first price in the document.
    private static func currency(in json: JSONValue) -> String? {
        switch json {
        case .object(let members):
            if let price = members["price"]?.stringValue, let figure = price.split(separator: "/").first {
                return String(figure.drop { !$0.isLetter })
            }
            return members.lazy.compactMap { Self.currency(in: $0.value) }.first
        case .array(let elements): return elements.lazy.compactMap(Self.currency).first
        case .null, .bool, .int, .double, .string: return nil
        }
    }

    private func recording(_ reader: TableReader, horizon: Double) -> RecordingOptions {
        let inner = reader.object("recording")
        let step = inner?.optionalMeasure("step") ?? max(horizon / 240, 0.001)
        return RecordingOptions(
            timelineSeconds: step,
            hasServiceTimelines: inner?.flag("serviceTimelines") ?? true,
            hasDecisions: inner?.flag("decisions") ?? false
        )
    }

    private func alternative(_ reader: TableReader) -> ScenarioPlan.Alternative {
        let settings = reader.members("set").map { ScenarioPlan.Setting(path: $0.key, value: $0.value) }
        return ScenarioPlan.Alternative(name: reader.text("name"), settings: settings)
    }

    private func sweepFields(_ reader: TableReader, _ name: String) -> [ScenarioPlan.SweepField] {
        reader.members(name).compactMap { key, value, path in
            guard let values = value.arrayValue, !values.isEmpty else {
                reader.fields.report("must be a list of values to try", at: path)
                return nil
            }
            return ScenarioPlan.SweepField(path: key, values: values)
        }
    }

    private func optimize(_ reader: TableReader, services: [String]) -> OptimizePlan? {
        let limits = reader.objects("subjectTo").compactMap { self.limit($0, services: services) }
        let over = self.sweepFields(reader, "over")
        let capacity = reader.object("capacity").flatMap(self.capacity)
        if over.isEmpty == (capacity == nil) { reader.report("needs either 'over' or 'capacity'") }
        guard let figure = Figure(rawValue: reader.choice("minimize")) else { return nil }
        return OptimizePlan(minimize: figure, limits: limits, over: over, capacity: capacity)
    }

    private func sensitivity(_ reader: TableReader) -> SensitivityPlan {
        let figures = reader.choices("figures").compactMap(Figure.init(rawValue:))
        return SensitivityPlan(
            figures: figures.isEmpty ? SensitivityPlan.standardFigures : figures,
            inputs: self.sweepFields(reader, "inputs"),
            trajectories: reader.count("trajectories")
        )
    }

    private func limit(_ reader: TableReader, services: [String]) -> OptimizePlan.Limit? {
        guard let figure = Figure(rawValue: reader.choice("figure")) else { return nil }
        if let service = reader.optionalText("service"), !services.contains(service) {
            reader.report("names no service" + NearestName.hint(for: service, among: services), at: "service")
        }
        let atMost = self.bound(reader, "atMost", of: figure)
        let atLeast = self.bound(reader, "atLeast", of: figure)
        if !reader.has("atMost"), !reader.has("atLeast") { reader.report("needs 'atMost' or 'atLeast'") }
        return .init(figure: figure, service: reader.optionalText("service"), atMost: atMost, atLeast: atLeast)
    }

    /// A bound in the unit of its figure; money a day is a bare number, in the currency of the prices.
    private func bound(_ reader: TableReader, _ name: String, of figure: Figure) -> Double? {
        guard let value = reader.anything(name) else { return nil }
        let path = reader.fields.path.member(name)
        switch figure.unit {
        case .seconds: return reader.measure(value, .duration, at: path)
        case .share: return reader.measure(value, .share, at: path)
        case .perSecond: return reader.measure(value, .rate, at: path)
        case .count, .number, .hours, .money: return reader.figure(value, nil, at: path)
        }
    }

    private func capacity(_ reader: TableReader) -> OptimizePlan.Capacity? {
        let (low, high) = (reader.count("from"), reader.count("to"))
        guard low <= high else {
            reader.report("lies below 'from'", at: "to")
            return nil
        }
        let paths = reader.text("field").split(separator: ",").map { $0.filter { $0 != " " } }
        return OptimizePlan.Capacity(paths: paths.map { String($0) }, range: low...high)
    }
}
