import Synchronization

/// A number that rises and falls, shared between threads without a lock.
public final class Gauge: Sendable {
    private let bits = Atomic<UInt64>(0)

    /// A gauge that no registry reports, for tests and defaults.
    public init() {}

    public func set(_ value: Double) {
        self.bits.store(value.bitPattern, ordering: .relaxed)
    }

    public func set(_ value: Int) { self.set(Double(value)) }

    /// - Parameter amount: May be negative.
    public func add(_ amount: Double) { self.bits.addFloatingPoint(amount) }

    public var value: Double { Double(bitPattern: self.bits.load(ordering: .relaxed)) }
}
