import SimulationKit
import StructuredData

extension TableReader {
    /// A law of the field, in the unit of its kind; the default when it is absent.
    func law(_ name: String) -> Distribution {
        self.optionalLaw(name) ?? .constant(0)
    }

    func optionalLaw(_ name: String) -> Distribution? {
        guard case .law(let unit) = self.entry(name).kind else { self.mismatch(name) }
        return self.value(name).flatMap { self.law($0, unit, at: self.fields.path.member(name)) }
    }

    /// A law that stands as `value` at `path`.
    func law(_ value: JSONValue, _ unit: UnitKind?, at path: FieldPath) -> Distribution? {
        guard let object = value.objectValue else {
            return self.figure(value, unit, at: path).map { .constant($0) }
        }
        let before = self.fields.problems.count
        let reader = TableReader(self.fields.part(object, at: path), LawTable.table)
        guard let name = reader.chosen else { return nil }
        let law = LawReader(unit: unit).law(name, reader)
        return self.fields.problems.count == before ? law : nil
    }

    /// A figure with a unit, or a bare number where the law has none.
    func figure(_ value: JSONValue, _ unit: UnitKind?, at path: FieldPath) -> Double? {
        if let unit { return self.measure(value, unit, at: path) }
        // A default stands as text in its table.
        if let number = value.doubleValue ?? value.stringValue.flatMap(Double.init), number >= 0 { return number }
        self.fields.report("must be a number of at least 0, or a law", at: path)
        return nil
    }

    func optionalFigure(_ name: String, _ unit: UnitKind?) -> Double? {
        guard case .figure = self.entry(name).kind else { self.mismatch(name) }
        return self.fields.value(name).flatMap { self.figure($0, unit, at: self.fields.path.member(name)) }
    }
}

/// Reads a law by its name.
private struct LawReader {
    let unit: UnitKind?

    func law(_ name: String, _ reader: TableReader) -> Distribution? {
        switch name {
        case "constant": return reader.optionalFigure(name, self.unit).map { .constant($0) }
        case "mixture": return self.mixture(reader)
        case "empirical": return self.empirical(reader)
        case "quantiles": return self.quantiles(reader)
        default: break
        }
        guard let inner = reader.object(name) else { return nil }
        switch name {
        case "uniform": return self.uniform(inner)
        case "exponential": return self.mean(inner).map { .exponential(mean: $0) }
        case "lognormal": return self.lognormal(inner)
        case "weibull": return self.weibull(inner)
        case "gamma":
            let scv = inner.number("scv")
            return self.mean(inner).map { .gamma(shape: 1 / scv, scale: $0 * scv) }
        case "hyperexponential":
            return self.mean(inner).map { .hyperexponential(mean: $0, squaredVariation: inner.number("scv")) }
        case "truncated": return self.truncated(inner)
        default: preconditionFailure("the law '\(name)' has no reader")
        }
    }

    private func mean(_ reader: TableReader) -> Double? {
        let mean = reader.optionalFigure("mean", self.unit)
        if let mean, mean <= 0 { reader.report("must be above zero", at: "mean") }
        return mean
    }

    private func uniform(_ reader: TableReader) -> Distribution? {
        guard let from = reader.optionalFigure("from", self.unit), let to = reader.optionalFigure("to", self.unit)
        else { return nil }
        if to < from { reader.report("lies below 'from'", at: "to") }
        return .uniform(from: from, to: to)
    }

    private func lognormal(_ reader: TableReader) -> Distribution? {
        let shift = reader.optionalFigure("shift", self.unit) ?? 0
        let median = reader.optionalFigure("median", self.unit)
        let mean = reader.optionalFigure("mean", self.unit)
        guard (median == nil) != (mean == nil), (median ?? mean ?? 0) > shift else {
            reader.report("needs either 'median' or 'mean', above zero and above 'shift'")
            return nil
        }
        if let median { return self.lognormal(median: median - shift, shift: shift, reader) }
        return mean.flatMap { self.lognormal(mean: $0 - shift, shift: shift, reader) }
    }

    private func lognormal(median: Double, shift: Double, _ reader: TableReader) -> Distribution? {
        let mu = ElementaryFunctions.log(median)
        var sigmas: [Double] = []
        if let sigma = reader.optionalNumber("sigma") { sigmas.append(sigma) }
        for (name, share) in [("p95", 0.95), ("p99", 0.99)] {
            guard let value = reader.optionalFigure(name, self.unit) else { continue }
            guard value - shift > median else {
                reader.report("must lie above the median", at: name)
                return nil
            }
            sigmas.append((ElementaryFunctions.log(value - shift) - mu) / NormalLaw.quantile(share))
        }
        guard sigmas.count == 1 else {
            reader.report("needs exactly one of 'sigma', 'p95' and 'p99' beside 'median'")
            return nil
        }
        return .lognormal(mu: mu, sigma: sigmas[0], shift: shift)
    }

    private func lognormal(mean: Double, shift: Double, _ reader: TableReader) -> Distribution? {
        let deviation = reader.optionalFigure("deviation", self.unit)
        let scv = reader.optionalNumber("scv")
        guard (deviation == nil) != (scv == nil) else {
            reader.report("needs exactly one of 'scv' and 'deviation' beside 'mean'")
            return nil
        }
        let squared = scv ?? deviation.map { ($0 / mean) * ($0 / mean) } ?? 0
        let variance = ElementaryFunctions.log(1 + squared)
        return .lognormal(mu: ElementaryFunctions.log(mean) - variance / 2, sigma: variance.squareRoot(), shift: shift)
    }

    private func weibull(_ reader: TableReader) -> Distribution? {
        let shape = reader.number("shape")
        let scale = reader.optionalFigure("scale", self.unit)
        let mean = reader.optionalFigure("mean", self.unit)
        guard (scale == nil) != (mean == nil), (scale ?? mean ?? 0) > 0, shape > 0 else {
            reader.report("needs either 'scale' or 'mean', above zero")
            return nil
        }
        return .weibull(shape: shape, scale: scale ?? (mean ?? 0) / GammaFunction.value(1 + 1 / shape))
    }

    private func mixture(_ reader: TableReader) -> Distribution? {
        let components = reader.objects("mixture").compactMap { part -> Distribution.Component? in
            guard let value = part.anything("law") else { return nil }
            let law = part.law(value, self.unit, at: part.fields.path.member("law"))
            return law.map { Distribution.Component(weight: part.measure("weight"), law: $0) }
        }
        let weight = components.reduce(0) { $0 + $1.weight }
        if components.isEmpty || abs(weight - 1) > 0.001 {
            reader.report(
                "weights must add up to 100%, but make \(NumberText.significant(weight * 100))%",
                at: "mixture"
            )
        }
        return .mixture(components)
    }

    private func empirical(_ reader: TableReader) -> Distribution? {
        let path = reader.fields.path.member("empirical")
        guard let values = reader.fields.value("empirical")?.arrayValue, !values.isEmpty else {
            reader.report("must be a list of values", at: "empirical")
            return nil
        }
        let figures = values.enumerated().compactMap { reader.figure($1, self.unit, at: path.element($0)) }
        return figures.isEmpty ? nil : .empirical(EmpiricalLaw(sample: figures))
    }

    private func quantiles(_ reader: TableReader) -> Distribution? {
        let pairs = reader.objects("quantiles").compactMap { part in
            part.optionalFigure("value", self.unit).map { (share: part.measure("share"), value: $0) }
        }
        let isAscending = zip(pairs, pairs.dropFirst()).allSatisfy { $0.share < $1.share && $0.value <= $1.value }
        guard !pairs.isEmpty, isAscending else {
            reader.report("must ascend in share and value", at: "quantiles")
            return nil
        }
        return .empirical(EmpiricalLaw(quantiles: pairs))
    }

    private func truncated(_ reader: TableReader) -> Distribution? {
        guard let value = reader.anything("law"),
            let law = reader.law(value, self.unit, at: reader.fields.path.member("law"))
        else { return nil }
        let from = reader.optionalFigure("from", self.unit) ?? 0
        let to = reader.optionalFigure("to", self.unit) ?? .greatestFiniteMagnitude
        if to < from { reader.report("lies below 'from'", at: "to") }
        return .truncated(law, from: from, to: to)
    }
}
