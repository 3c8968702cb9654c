import SimulationKit

/// Which figures a report shows: those that say something about the scenario.
enum FigureSelection {
    static func figures(for variants: [VariantOutcome]) -> [Figure] {
        var figures: [Figure] = [.requests, .throughput]
        let services = variants.flatMap(\.scenario.services)
        let isQueued = services.contains { service in
            if case .queue = service.entry { true } else { false }
        }
        let isLanguage = services.contains { service in
            if case .tokens = service.serving { true } else { false }
        }
        figures += [.latencyMean, .latencyP50, .latencyP95, .latencyP99]
        if isLanguage { figures += [.firstTokenP50, .firstTokenP99, .interTokenP99] }
        if services.contains(where: { $0.objective != nil }) { figures.append(.attainment) }
        if isQueued { figures += [.waitP99, .unserved] }
        figures += [.coldShare, .coldP99, .failedShare]
        figures += [.meanReplicas, .peakReplicas, .idleShare, .starts, .startMean]
        if variants.contains(where: { $0.scenario.cluster != nil }) { figures += [.peakNodes, .nodeHours] }
        let hasGPUs = variants.contains { $0.scenario.cluster?.pools.contains { $0.capacity.gpus > 0 } ?? false }
        if hasGPUs { figures.append(.gpuHours) }
        figures.append(.replicaHours)
        if variants.contains(where: Self.hasPrice) { figures += [.cost, .costPerThousand] }
        return figures.filter { figure in variants.contains { $0.estimate(figure).value != nil } }
    }

    /// For tables with a row for each variant: the few that decide.
    static func keyFigures(for variants: [VariantOutcome]) -> [Figure] {
        let hasObjective = variants.contains { $0.scenario.services.contains { $0.objective != nil } }
        let hasPrice = variants.contains(where: Self.hasPrice)
        var figures: [Figure] = [hasPrice ? .cost : .replicaHours, .latencyP50, .latencyP95, .latencyP99]
        if hasObjective { figures.append(.attainment) }
        let isQueued = variants.contains { variant in
            variant.scenario.services.contains { if case .queue = $0.entry { true } else { false } }
        }
        if isQueued { figures.append(.unserved) }
        figures += [.coldShare, .failedShare, .meanReplicas, .peakReplicas]
        if variants.contains(where: { $0.estimate(.gpuHours).value ?? 0 > 0 }) { figures.append(.gpuHours) }
        return figures.filter { figure in variants.contains { $0.estimate(figure).value != nil } }
    }

    /// Of which differences are told: what it costs, how fast it is, and what goes wrong.
    static func comparedFigures(for variants: [VariantOutcome]) -> [Figure] {
        let cost = self.costFigure(for: variants)
        var figures: [Figure] = [cost]
        if cost != .replicaHours { figures.append(.replicaHours) }
        figures += [.latencyP50, .latencyP99, .coldShare]
        if variants.contains(where: { $0.estimate(.failedShare).value ?? 0 > 0 }) { figures.append(.failedShare) }
        return figures
    }

    static func hasPrice(_ variant: VariantOutcome) -> Bool {
        variant.scenario.services.contains { $0.pricePerReplicaHour > 0 }
            || variant.scenario.cluster?.pools.contains { $0.pricePerHour > 0 } ?? false
    }

    /// What a variant costs: money where there are prices, else hours of replicas.
    static func costFigure(for variants: [VariantOutcome]) -> Figure {
        variants.contains(where: Self.hasPrice) ? .cost : .replicaHours
    }
}
