import Synchronization

/// A number that only rises, shared between threads without a lock.
public final class Counter: Sendable {
    private let whole = Atomic<UInt64>(0)
    /// Bit pattern of what was added in fractions; apart, so that counting things stays one atomic addition.
    private let fractional = Atomic<UInt64>(0)

    /// A counter that no registry reports, for tests and defaults.
    public init() {}

    public func increment(by amount: Int = 1) {
        precondition(amount >= 0, "a counter never falls, amount: \(amount)")
        self.whole.wrappingAdd(UInt64(amount), ordering: .relaxed)
    }

    /// Adds a fraction, for example seconds.
    public func add(_ amount: Double) {
        precondition(amount >= 0 && amount.isFinite, "a counter never falls, amount: \(amount)")
        self.fractional.addFloatingPoint(amount)
    }

    public var value: Double {
        Double(self.whole.load(ordering: .relaxed)) + Double(bitPattern: self.fractional.load(ordering: .relaxed))
    }

    func reset() {
        self.whole.store(0, ordering: .relaxed)
        self.fractional.store(0, ordering: .relaxed)
    }
}

extension Atomic<UInt64> {
    /// Adds to the `Double` whose bit pattern is stored.
    borrowing func addFloatingPoint(_ amount: Double) {
        var current = self.load(ordering: .relaxed)
        while true {
            let sum = (Double(bitPattern: current) + amount).bitPattern
            let outcome = self.weakCompareExchange(expected: current, desired: sum, ordering: .relaxed)
            if outcome.exchanged { return }
            current = outcome.original
        }
    }
}
