/// Morris screening: which of many inputs move a figure, at the price of a few runs an input.
///
/// Each trajectory starts at a random point of a grid over the unit cube and changes one input after another by half
/// of its range; the change of the figure is that input's elementary effect.
public struct Morris: Sendable, Equatable {
    /// What an input does to the figure.
    public struct Effect: Sendable, Equatable {
        /// The mean size of the effect of crossing the input's whole range, in the unit of the figure.
        public let meanSize: Double
        /// The same with its interval over the trajectories.
        public let size: Estimate
        /// The mean effect, with its sign.
        public let mean: Double
        /// The spread of the effects: large beside `meanSize` when the input acts together with others, or bent.
        public let spread: Double
    }

    /// The points to evaluate, trajectory after trajectory, each `inputs` + 1 long; coordinates are 0 to 1.
    public let points: [[Double]]
    private let inputs: Int
    /// For each step of each trajectory the input that changed.
    private let changed: [[Int]]

    /// - Parameters:
    ///   - levels: Even; the grid's points an input.
    ///   - uniform: Gives numbers from 0 up to 1, as many as are asked for.
    public init(inputs: Int, trajectories: Int, levels: Int = 4, uniform: () -> Double) {
        precondition(inputs > 0 && trajectories > 0 && levels >= 2 && levels.isMultiple(of: 2), "no such design")
        let step = Double(levels) / (2 * Double(levels - 1))
        var points: [[Double]] = []
        var changed: [[Int]] = []
        for _ in 0..<trajectories {
            var point = (0..<inputs).map { _ in
                (uniform() * Double(levels)).rounded(.down) / Double(levels - 1)
            }
            var order = Array(0..<inputs)
            for index in stride(from: inputs - 1, to: 0, by: -1) {
                order.swapAt(index, Int(uniform() * Double(index + 1)))
            }
            points.append(point)
            for input in order {
                point[input] += point[input] + step <= 1 + 1e-12 ? step : -step
                points.append(point)
            }
            changed.append(order)
        }
        self.points = points
        self.inputs = inputs
        self.changed = changed
    }

    /// The effects of the inputs, in their order, from the figure at each of `points`.
    public func effects(of figures: [Double]) -> [Effect] {
        precondition(figures.count == self.points.count, "\(figures.count) figures for \(self.points.count) points")
        var effects = [[Double]](repeating: [], count: self.inputs)
        for (trajectory, order) in self.changed.enumerated() {
            let first = trajectory * (self.inputs + 1)
            for (step, input) in order.enumerated() {
                let from = first + step
                let moved = self.points[from + 1][input] - self.points[from][input]
                effects[input].append((figures[from + 1] - figures[from]) / moved)
            }
        }
        return effects.map { values in
            let moments = Moments(values)
            let size = Replications.mean(of: values.map(abs))
            return Effect(
                meanSize: size.value ?? 0,
                size: size,
                mean: moments.mean,
                spread: moments.standardDeviation
            )
        }
    }
}
