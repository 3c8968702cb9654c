/// The limits of one decision, without an allocation.
struct LimitSet: OptionSet, Sendable, Equatable {
    let rawValue: UInt32

    init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    init(arrayLiteral limits: ScalingLimit...) {
        self.init(rawValue: limits.reduce(0) { $0 | Self.bit(of: $1) })
    }

    mutating func insert(_ limit: ScalingLimit) {
        self = LimitSet(rawValue: self.rawValue | Self.bit(of: limit))
    }

    func contains(_ limit: ScalingLimit) -> Bool { self.rawValue & Self.bit(of: limit) != 0 }

    /// The limits in the order in which `ScalingLimit` declares them.
    var limits: [ScalingLimit] { ScalingLimit.allCases.filter { self.contains($0) } }

    private static func bit(of limit: ScalingLimit) -> UInt32 { 1 << UInt32(limit.ordinal) }
}
