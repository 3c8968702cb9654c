import SimulationKit

/// The answer in words.
enum Verdict {
    /// What a run of one variant says: whether promises are kept, what it costs, where time goes.
    static func of(_ variant: VariantOutcome, _ context: ReportContext) -> (sentences: [String], isGood: Bool) {
        var sentences: [String] = []
        var isGood = true
        for (index, service) in variant.scenario.services.enumerated() {
            guard let objective = service.objective, variant.scenario.services.count <= 10 else { continue }
            let estimate = variant.estimate(.attainment, scope: index + 1)
            guard let value = estimate.value else { continue }
            if value < objective.attainment { isGood = false }
            sentences.append(Self.promise(service.name, objective, estimate, value))
        }
        if variant.scenario.services.count > 10, variant.scenario.services.contains(where: { $0.objective != nil }) {
            let (sentence, allKept) = Self.promises(variant)
            sentences.append(sentence)
            isGood = allKept
        }
        sentences += [Self.speed(variant), Self.cost(variant, context), Self.cold(variant)].compactMap(\.self)
        if let failures = Self.failures(variant) { sentences.append(failures) }
        return (sentences, isGood)
    }

    private static func promise(
        _ name: String,
        _ objective: ServiceObjective,
        _ estimate: Estimate,
        _ value: Double
    ) -> String {
        let wanted = FigureUnit.share.text(objective.attainment)
        let reached = FigureUnit.share.text(estimate)
        guard let interval = estimate.interval else {
            return "\(name) serves \(reached) of its requests as promised; \(wanted) were promised."
        }
        if interval.low >= objective.attainment {
            return "\(name) keeps its promise: \(reached) of its requests are served in time, \(wanted) were promised."
        }
        if interval.high < objective.attainment {
            return "\(name) breaks its promise: \(reached) of its requests are served in time, \(wanted) were promised."
        }
        let side = value >= objective.attainment ? "probably keeps" : "probably breaks"
        return "\(name) \(side) its promise: \(reached) of its requests are served in time, \(wanted) were promised; "
            + "more replications would tell."
    }

    private static func promises(_ variant: VariantOutcome) -> (String, Bool) {
        let promised = variant.scenario.services.indices.filter { variant.scenario.services[$0].objective != nil }
        let broken = promised.filter { index in
            let wanted = variant.scenario.services[index].objective?.attainment ?? 0
            return variant.estimate(.attainment, scope: index + 1).value.map { $0 < wanted } ?? false
        }
        if broken.isEmpty { return ("All \(promised.count) services keep their promises.", true) }
        let names = broken.prefix(5).map { variant.services[$0] }.joined(separator: ", ")
        let more = broken.count > 5 ? " and \(broken.count - 5) more" : ""
        return ("\(broken.count) of \(promised.count) services break their promises: \(names)\(more).", false)
    }

    private static func speed(_ variant: VariantOutcome) -> String? {
        let tail = variant.estimate(.latencyP99)
        guard let median = variant.estimate(.latencyP50).value, tail.value != nil else {
            return "No request was served."
        }
        return "Half of the requests are answered within \(FigureUnit.seconds.text(median)), 99 % within "
            + "\(FigureUnit.seconds.text(tail))."
    }

    private static func cost(_ variant: VariantOutcome, _ context: ReportContext) -> String? {
        let replicas = variant.estimate(.meanReplicas)
        guard replicas.value != nil else { return nil }
        let running = "\(FigureUnit.number.text(replicas)) replicas run on average"
        let idle = variant.estimate(.idleShare).value.map { ", \(FigureUnit.share.text($0)) of their time idle" } ?? ""
        guard FigureSelection.hasPrice(variant) else { return "\(running)\(idle)." }
        return "It costs \(FigureUnit.money(context.currency).text(variant.estimate(.cost))) a day: \(running)\(idle)."
    }

    private static func cold(_ variant: VariantOutcome) -> String? {
        let share = variant.estimate(.coldShare)
        guard let value = share.value else { return nil }
        if value == 0 { return "No request waits for a cold start." }
        let time = variant.estimate(.coldP50).value.map { ", half of those for up to \(FigureUnit.seconds.text($0))" }
        return "\(FigureUnit.share.text(share)) of the requests wait for a cold start\(time ?? "")."
    }

    private static func failures(_ variant: VariantOutcome) -> String? {
        let share = variant.estimate(.failedShare)
        guard let value = share.value, value > 0 else { return nil }
        return "\(FigureUnit.share.text(share)) of the requests get an error."
    }
}
