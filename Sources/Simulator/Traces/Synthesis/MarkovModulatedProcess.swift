import SimulationKit
import Timekeeping

/// Poisson arrivals whose rate jumps between states at random: calm and storm.
public struct MarkovModulatedProcess: ArrivalProcess, Hashable {
    /// One of the rates.
    public struct State: Sendable, Hashable {
        /// Arrivals a second; 0: silence.
        public var rate: Double
        /// How long the state lasts on average.
        public var meanSeconds: Double

        public init(rate: Double, meanSeconds: Double) {
            self.rate = rate
            self.meanSeconds = meanSeconds
        }
    }

    /// At least one; from each the process goes to any other with equal chance.
    public var states: [State]

    public init(states: [State]) {
        precondition(!states.isEmpty && states.allSatisfy { $0.meanSeconds > 0 && $0.rate >= 0 }, "states \(states)")
        self.states = states
    }

    public var meanRate: Double? {
        // Every state is entered equally often, so its share of the time is its mean length.
        let seconds = self.states.reduce(0) { $0 + $1.meanSeconds }
        return self.states.reduce(0) { $0 + $1.rate * $1.meanSeconds } / seconds
    }

    public func source(_ context: ArrivalContext) -> any ArrivalSource {
        MarkovModulatedSource(
            states: self.states,
            stream: context.stream(),
            changes: context.stream().at(index: 1),
            horizon: context.horizon.seconds(since: .zero)
        )
    }
}

struct MarkovModulatedSource: ArrivalSource {
    private let states: [MarkovModulatedProcess.State]
    private var stream: RandomStream
    /// Of its own, so that other arrivals leave the states as they are.
    private var changes: RandomStream
    private let horizon: Double
    private var state: Int
    private var now = 0.0
    private var stateEnd: Double

    init(states: [MarkovModulatedProcess.State], stream: RandomStream, changes: RandomStream, horizon: Double) {
        self.states = states
        self.stream = stream
        self.changes = changes
        self.horizon = horizon
        // Begun as one would find it: in long states more often.
        let seconds = states.reduce(0) { $0 + $1.meanSeconds }
        var rest = self.changes.uniform() * seconds
        self.state = states.count - 1
        for (index, state) in states.enumerated() {
            rest -= state.meanSeconds
            if rest < 0 {
                self.state = index
                break
            }
        }
        self.stateEnd = 0
        self.stateEnd = self.length()
    }

    mutating func next() -> Arrival? {
        while self.now <= self.horizon {
            let rate = self.states[self.state].rate
            let gap = rate > 0 ? -ElementaryFunctions.log(self.stream.uniform()) / rate : .infinity
            if self.now + gap <= self.stateEnd {
                self.now += gap
                return Arrival(at: .seconds(self.now))
            }
            // Poisson arrivals have no memory: after a jump the wait begins anew.
            self.now = self.stateEnd
            if self.states.count > 1 {
                let other = self.changes.below(self.states.count - 1)
                self.state = other >= self.state ? other + 1 : other
            }
            self.stateEnd = self.now + self.length()
        }
        return nil
    }

    private mutating func length() -> Double {
        -ElementaryFunctions.log(self.changes.uniform()) * self.states[self.state].meanSeconds
    }
}
