/// What was there step by step.
public struct Timeline: Sendable, Equatable {
    public struct Step: Sendable, Equatable {
        public var arrivals: UInt32 = 0
        public var served: UInt32 = 0
        public var failed: UInt32 = 0
        public var cold: UInt32 = 0
        /// Averages over the step, in thousandths.
        public var readyMilli: Int64 = 0
        public var startingMilli: Int64 = 0
        public var waitingMilli: Int64 = 0
        public var concurrencyMilli: Int64 = 0
        /// What the policy asked for at the end of the step.
        public var desired: Int32 = 0
        public var nodes: Int32 = 0

        public init() {}
    }

    /// 0: no steps were recorded.
    public var stepNanoseconds: Int64
    /// From the start of the run, warm-up included.
    public var steps: [Step] = []

    public init(stepNanoseconds: Int64) {
        self.stepNanoseconds = stepNanoseconds
    }

    public var stepSeconds: Double { Double(self.stepNanoseconds) / 1e9 }
}
