import SimulationKit

/// What a comparison says in words.
enum CompareVerdict {
    static func sentences(
        _ variants: [VariantOutcome],
        _ standing: Standing,
        _ context: ReportContext
    ) -> [String] {
        guard variants.count > 1 else { return Verdict.of(variants[0], context).sentences }
        var sentences: [String] = []
        let unit = standing.cost.unit(currency: context.currency)
        let keeping = variants.indices.filter { Self.keepsPromises(variants[$0]) }
        let hasPromises = variants.contains { $0.scenario.services.contains { $0.objective != nil } }
        let eligible = hasPromises ? keeping : Array(variants.indices)
        let cheapest = eligible.min { left, right in
            let costs = [left, right].map { variants[$0].estimate(standing.cost).value ?? .infinity }
            return costs[0] < costs[1]
        }
        if hasPromises, keeping.isEmpty {
            sentences.append("None of the \(variants.count) variants keeps what was promised.")
        } else if !hasPromises, let cheapest, let fastest = Self.fastest(variants), fastest != cheapest {
            let ends = [cheapest, fastest].map { index in
                let cost = unit.text(variants[index].estimate(standing.cost))
                let tail = FigureUnit.seconds.text(variants[index].estimate(.latencyP99))
                return "\(variants[index].name) (\(cost), p99 \(tail))"
            }
            sentences.append("It goes from the cheapest, \(ends[0]), to the fastest, \(ends[1]).")
        } else if let cheapest {
            let what = hasPromises ? "the cheapest that keeps what was promised" : "the cheapest"
            let cost = unit.text(variants[cheapest].estimate(standing.cost))
            let tail = FigureUnit.seconds.text(variants[cheapest].estimate(.latencyP99))
            let each = standing.cost == .cost ? "a day" : "replica-hours a day"
            sentences.append("\(variants[cheapest].name) is \(what): \(cost) \(each) at a p99 of \(tail).")
        }
        if let knee = standing.knee, knee != cheapest {
            sentences.append("\(variants[knee].name) is the knee: beyond it, more money buys little speed.")
        }
        sentences += Self.differences(variants, standing.cost, context)
        return sentences
    }

    private static func fastest(_ variants: [VariantOutcome]) -> Int? {
        variants.indices.filter { variants[$0].estimate(.latencyP99).value != nil }.min { left, right in
            let tails = [left, right].map { variants[$0].estimate(.latencyP99).value ?? .infinity }
            return tails[0] < tails[1]
        }
    }

    /// Every service with an objective reaches it.
    ///
    /// Of a fleet it is the fleet that must: among dozens of services with few requests each some have bad luck.
    static func keepsPromises(_ variant: VariantOutcome) -> Bool {
        let wanted = variant.scenario.services.compactMap { $0.objective?.attainment }
        if wanted.count > 10, let highest = wanted.max() {
            return (variant.estimate(.attainment).value ?? 1) >= highest
        }
        return variant.scenario.services.enumerated().allSatisfy { index, service in
            guard let objective = service.objective else { return true }
            return (variant.estimate(.attainment, scope: index + 1).value ?? 1) >= objective.attainment
        }
    }

    /// The differences of the first few variants to the first one, in percent.
    private static func differences(_ variants: [VariantOutcome], _ cost: Figure, _ context: ReportContext) -> [String]
    {
        let figures = [cost, .latencyP99]
        let judged = CompareReport.judged(variants, figures)
        return zip(variants.dropFirst(), judged).prefix(5).map { variant, row in
            let parts = zip(figures, row).map { figure, judged -> String in
                guard judged.isShown, let difference = judged.comparison.difference.value,
                    let base = variants[0].estimate(figure).value, base > 0
                else { return "no difference in \(figure.title) shown" }
                let percent = NumberText.significant(abs(difference) / base * 100, digits: 2)
                return "\(percent) % \(difference < 0 ? "less" : "more") \(Self.noun(figure))"
            }
            return "\(variant.name) against \(variants[0].name): \(parts.joined(separator: ", "))."
        }
    }

    private static func noun(_ figure: Figure) -> String {
        switch figure {
        case .cost: "cost"
        case .replicaHours: "replica time"
        default: figure.title
        }
    }
}
