import SimulationKit
import StructuredData

extension ScenarioReader {
    func workload(_ reader: TableReader) -> WorkloadModel? {
        guard let kind = reader.chosen, let inner = reader.object(kind) else { return nil }
        switch kind {
        case "poisson":
            return inner.positiveMeasure("rate").map { .open(self.shaped(RenewalProcess.poisson(rate: $0), inner)) }
        case "renewal": return .open(self.shaped(RenewalProcess(interarrival: inner.law("interarrival")), inner))
        case "closed":
            return .closed(ClosedLoop(clients: max(inner.count("clients"), 1), think: inner.law("think")))
        case "mmpp": return self.modulated(inner).map { .open(self.shaped($0, inner)) }
        case "hawkes": return self.hawkes(inner).map { .open(self.shaped($0, inner)) }
        case "trace": return self.trace(inner)
        default: preconditionFailure("the workload '\(kind)' has no reader")
        }
    }

    private func modulated(_ reader: TableReader) -> MarkovModulatedProcess? {
        let states = reader.objects("states").compactMap { state -> MarkovModulatedProcess.State? in
            guard let lasts = state.positiveMeasure("lasts") else { return nil }
            return .init(rate: state.measure("rate"), meanSeconds: lasts)
        }
        guard states.count >= 2, states.contains(where: { $0.rate > 0 }) else {
            reader.report("needs at least two states, one of them with requests", at: "states")
            return nil
        }
        return MarkovModulatedProcess(states: states)
    }

    private func hawkes(_ reader: TableReader) -> HawkesProcess? {
        guard let rate = reader.positiveMeasure("rate"), let delay = reader.positiveMeasure("delay") else { return nil }
        return HawkesProcess(baseRate: rate, branching: reader.number("branching"), meanDelaySeconds: delay)
    }

    /// The process in the rhythm that its entry asks for, if it does.
    private func shaped(_ process: any ArrivalProcess, _ reader: TableReader) -> any ArrivalProcess {
        if reader.has("daily"), reader.has("weekly") { reader.report("has both 'daily' and 'weekly'; keep one") }
        for (name, isWeekly) in [("daily", false), ("weekly", true)] {
            guard let rhythm = reader.object(name) else { continue }
            let peak = rhythm.measure("peak") / 3600
            let ratio = rhythm.number("ratio")
            let shape: RateShape =
                isWeekly ? .weekly(peakHour: peak, ratio: ratio) : .daily(peakHour: peak, ratio: ratio)
            return ShapedProcess(process, shape: shape, offsetSeconds: rhythm.measure("start"))
        }
        return process
    }

    // MARK: Traces

    private func trace(_ reader: TableReader) -> WorkloadModel? {
        guard let trace = self.recorded(reader) else { return nil }
        guard let name = reader.optionalText("service") else {
            return .open(TraceArrivals(trace: trace, replay: self.replay(reader)))
        }
        guard let index = trace.services.firstIndex(where: { $0.name == name }) else {
            let hint = NearestName.hint(for: name, among: trace.services.lazy.map(\.name))
            reader.report("names no service of the trace" + hint, at: "service")
            return nil
        }
        return .open(TraceArrivals(trace: trace, service: index, replay: self.replay(reader)))
    }

    /// A workload for each function of a trace, with the function's name.
    func functions(_ reader: TableReader) -> [(name: String, workload: WorkloadModel)] {
        guard let trace = self.recorded(reader) else { return [] }
        let replay = self.replay(reader)
        return trace.services.indices.prefix(reader.count("limit")).map { index in
            (trace.services[index].name, .open(TraceArrivals(trace: trace, service: index, replay: replay)))
        }
    }

    private func recorded(_ reader: TableReader) -> Trace? {
        let path = reader.text("path")
        guard !path.isEmpty else { return nil }
        let format = reader.optionalChoice("format").flatMap(TraceFormat.init(rawValue:))
        do {
            return try self.traces.trace(at: path, format: format)
        } catch {
            reader.report(error.hint.map { "\(error.detail); \($0)" } ?? error.detail, at: "path")
            return nil
        }
    }

    private func replay(_ reader: TableReader) -> TraceReplay {
        TraceReplay(
            placement: TraceReplay.Placement(rawValue: reader.choice("placement")) ?? .exponential,
            rateFactor: reader.number("rate"),
            timeFactor: max(reader.number("speed"), 0.000_001),
            usesDurations: reader.flag("durations")
        )
    }
}
