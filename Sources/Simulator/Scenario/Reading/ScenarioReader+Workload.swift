import SimulationKit
import StructuredData

extension ScenarioReader {
    func workload(_ reader: TableReader) -> WorkloadModel? {
        guard let kind = reader.chosen, let inner = reader.object(kind) else { return nil }
        switch kind {
        case "closed":
            return .closed(ClosedLoop(clients: max(inner.count("clients"), 1), think: inner.law("think")))
        case "trace": return self.trace(inner)
        default: return self.madeUp(kind, inner).map { .open($0) }
        }
    }

    /// A process that makes requests up, with its scale and its rhythm.
    private func madeUp(_ kind: String, _ reader: TableReader) -> (any ArrivalProcess)? {
        let process: (any ArrivalProcess)? =
            switch kind {
            case "poisson": self.rate(reader).map { RenewalProcess.poisson(rate: $0) }
            case "renewal": self.renewal(reader)
            case "gamma": self.gamma(reader)
            case "mmpp": self.modulated(reader)
            case "hawkes": self.hawkes(reader)
            default: preconditionFailure("the workload '\(kind)' has no reader")
            }
        return process.map { self.shaped($0, reader) }
    }

    /// The field `rate` times `scale`.
    private func rate(_ reader: TableReader) -> Double? {
        reader.positiveMeasure("rate").map { $0 * self.scale(reader) }
    }

    private func scale(_ reader: TableReader) -> Double { max(reader.number("scale"), 0.000_001) }

    private func renewal(_ reader: TableReader) -> any ArrivalProcess {
        let process = RenewalProcess(interarrival: reader.law("interarrival"))
        let scale = self.scale(reader)
        return scale == 1 ? process : HastenedProcess(process, factor: scale)
    }

    private func gamma(_ reader: TableReader) -> RenewalProcess? {
        let variation = reader.number("scv")
        guard let rate = self.rate(reader), variation > 0 else { return nil }
        return RenewalProcess(interarrival: .gamma(shape: 1 / variation, scale: variation / rate))
    }

    private func modulated(_ reader: TableReader) -> MarkovModulatedProcess? {
        let scale = self.scale(reader)
        let states = reader.objects("states").compactMap { state -> MarkovModulatedProcess.State? in
            guard let lasts = state.positiveMeasure("lasts") else { return nil }
            return .init(rate: state.measure("rate") * scale, meanSeconds: lasts)
        }
        guard states.count >= 2, states.contains(where: { $0.rate > 0 }) else {
            reader.report("needs at least two states, one of them with requests", at: "states")
            return nil
        }
        return MarkovModulatedProcess(states: states)
    }

    private func hawkes(_ reader: TableReader) -> HawkesProcess? {
        guard let rate = self.rate(reader), let delay = reader.positiveMeasure("delay") else { return nil }
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
                isWeekly
                ? .weekly(peakHour: peak, ratio: ratio, weekend: rhythm.number("weekend"))
                : .daily(peakHour: peak, ratio: ratio)
            return ShapedProcess(process, shape: shape, offsetSeconds: rhythm.measure("start"))
        }
        return process
    }

    // MARK: Traces

    private func trace(_ reader: TableReader) -> WorkloadModel? {
        // Read even where it is not needed, so that a mistake in it shows everywhere.
        let standIn = reader.object("standIn").flatMap { inner in inner.chosen.map { (inner, $0) } }
            .flatMap { inner, kind in inner.object(kind).flatMap { self.madeUp(kind, $0) } }
        if reader.has("standIn"), self.traces.isAbsent(reader.text("path")) {
            self.traces.usedStandIn(for: reader.text("path"))
            return standIn.map { .open($0) }
        }
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
