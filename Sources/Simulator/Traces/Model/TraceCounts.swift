/// Calls counted by equal steps of time instead of one by one: how cloud providers publish them.
public struct TraceCounts: Sendable, Equatable {
    /// Calls of one service within one step; steps without calls are not kept.
    public struct Step: Sendable, Equatable {
        public var step: Int32
        public var calls: Int32

        public init(step: Int32, calls: Int32) {
            self.step = step
            self.calls = calls
        }
    }

    public var stepSeconds: Double
    /// Steps the trace lasts.
    public var stepCount: Int
    /// For each service its steps with calls, in order.
    public var steps: [[Step]]

    public init(stepSeconds: Double, stepCount: Int, steps: [[Step]]) {
        self.stepSeconds = stepSeconds
        self.stepCount = stepCount
        self.steps = steps
    }

    public var calls: Int { self.steps.reduce(0) { $0 + $1.reduce(0) { $0 + Int($1.calls) } } }
}
