/// What random numbers are drawn for; every purpose has streams of its own.
///
/// Two generators that are seeded alike give the same numbers, and arrivals that correlate with sizes ruin a study
/// quietly. A new purpose goes to the end, because the raw value is part of the key.
public enum RandomPurpose: UInt64, Sendable, CaseIterable {
    case arrivals = 1
    case requestSize
    case startup
    case routing
    case faults
    case retries
    case thinkTime
    case nodes
    case keepAlive
    case sampling
    case bootstrap
    case policy
    case batches
    case partitions
}

/// A sequence of random numbers that its key alone determines.
///
/// Keyed by seed, replication, purpose, entity and index, so that adding a component moves no other component's
/// numbers, and so that two policies see the same requests. Drawing from one stream never touches another.
///
/// ```swift
/// var sizes = RandomStream(seed: 1, replication: 0, purpose: .requestSize, entity: 3)
/// var ofRequest = sizes.at(index: 17)  // the same whatever was drawn before
/// let size = ofRequest.uniform()
/// ```
///
/// The numbers are those of a Weyl sequence through a 64-bit finaliser (SplitMix64).
public struct RandomStream: RandomNumberGenerator, Sendable, Equatable {
    /// Distance of the Weyl sequence: the golden ratio in 64 bits.
    @usableFromInline static let step: UInt64 = 0x9E37_79B9_7F4A_7C15

    @usableFromInline var state: UInt64
    /// What `at(index:)` starts from, whatever was drawn meanwhile.
    @usableFromInline let key: UInt64

    @inlinable
    init(key: UInt64) {
        self.key = key
        self.state = key
    }

    public init(seed: UInt64, replication: Int, purpose: RandomPurpose, entity: Int = 0) {
        var key = Self.mixed(seed &+ Self.step)
        key = Self.mixed(key ^ Self.mixed(UInt64(bitPattern: Int64(replication)) &+ 0x1000_0000_0000_0001))
        key = Self.mixed(key ^ Self.mixed(purpose.rawValue &+ 0x2000_0000_0000_0003))
        key = Self.mixed(key ^ Self.mixed(UInt64(bitPattern: Int64(entity)) &+ 0x3000_0000_0000_0007))
        self.init(key: key)
    }

    /// The stream of one item of this stream's entity, for example of one request.
    @inlinable
    public func at(index: UInt64) -> RandomStream {
        RandomStream(key: Self.mixed(self.key ^ Self.mixed(index &* Self.step &+ 0x632B_E59B_D9B4_E019)))
    }

    @inlinable
    public mutating func next() -> UInt64 {
        self.state = self.state &+ Self.step
        return Self.mixed(self.state)
    }

    /// Evenly spread over the open interval from 0 to 1: neither end is ever drawn.
    @inlinable
    public mutating func uniform() -> Double {
        (Double(self.next() >> 12) + 0.5) * 0x1p-52
    }

    /// A whole number from 0 to `bound` - 1; `bound` is above zero.
    @inlinable
    public mutating func below(_ bound: Int) -> Int {
        // The bias of taking the high half is below bound / 2^64.
        Int(truncatingIfNeeded: self.next().multipliedFullWidth(by: UInt64(bitPattern: Int64(bound))).high)
    }

    @inlinable
    static func mixed(_ value: UInt64) -> UInt64 {
        var mixed = value
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
