import Formulas

extension ScaledObjectScaler {
    /// What the formula over all triggers asks for.
    func demand(of modifiers: ScalingModifiers, _ stock: ScaleStock) -> Demand {
        var demand = Demand(
            trigger: nil,
            label: "formula",
            metricType: modifiers.metricType,
            target: modifiers.target,
            isActive: self.triggers.contains { $0.isPushed },
            standing: .known
        )
        var values: [String: Double?] = [:]
        for (index, trigger) in self.configuration.triggers.enumerated() {
            guard !trigger.isResource, let name = trigger.name, self.isUsed(name, by: modifiers) else { continue }
            let (standing, failure) = self.standing(of: index, now: stock.now)
            Self.lower(&demand, to: standing, failure, label: trigger.label)
            for (number, metric) in (self.triggers[index].reading?.metrics ?? []).enumerated() {
                values[ScalingModifiers.valueName(name, number)] = standing == .fallback ? .some(nil) : metric.value
            }
            // A value that was never read is not known, if the formula may know that.
            if values[name] == nil, standing == .fallback { values[name] = .some(nil) }
        }
        return self.completed(demand, modifiers, values, stock)
    }

    private func isUsed(_ name: String, by modifiers: ScalingModifiers) -> Bool {
        modifiers.formula.names.contains { used in
            used == name || (used.hasPrefix(name) && used.dropFirst(name.count).allSatisfy(\.isNumber))
        }
    }

    /// The formula stands as the weakest of its triggers does.
    private static func lower(
        _ demand: inout Demand,
        to standing: Demand.Standing,
        _ failure: String?,
        label: String
    ) {
        let order: [Demand.Standing] = [.known, .held, .fallback, .unknown]
        let rank = { (standing: Demand.Standing) in order.firstIndex(of: standing) ?? 0 }
        if rank(standing) > rank(demand.standing) { demand.standing = standing }
        if let failure { demand.remark = demand.remark ?? "'\(label)': \(failure)" }
    }

    private func completed(
        _ demand: Demand,
        _ modifiers: ScalingModifiers,
        _ values: [String: Double?],
        _ stock: ScaleStock
    ) -> Demand {
        var demand = demand
        let fallback = self.configuration.fallback
        switch demand.standing {
        case .unknown, .ignored:
            return demand
        case .fallback where fallback?.behavior != .modifiers:
            return self.fallen(demand, stock)
        case .known, .held, .fallback:
            break
        }
        do throws(FormulaError) {
            guard let value = try modifiers.formula.value(of: values) else {
                if demand.standing == .fallback { return self.fallen(demand, stock) }
                throw FormulaError("gives nil, but must give a number")
            }
            demand.isActive = demand.isActive || value > modifiers.activationTarget
            return self.filled(demand, value: value, target: modifiers.target, stock)
        } catch {
            demand.standing = .unknown
            demand.remark = "the formula '\(modifiers.formula)' cannot be computed: \(error)"
            return demand
        }
    }
}
