/// Load as a whole number of millionths, so that sums are exact and do not depend on their order.
///
/// Running sums of floating-point numbers keep a residue when the values have left again, and a residue above zero
/// would keep a replica for ever.
enum LoadUnits {
    static let perUnit = 1e6
    /// Load of one reporter above this is cut; a window of an hour of it still fits into 64 bits.
    static let most = 1e9

    static func units(of load: Double) -> Int64 {
        guard load > 0 else { return 0 }
        // Rounded up: the smallest load is not none.
        return Int64((min(load, Self.most) * Self.perUnit).rounded(.up))
    }

    static func load(of units: Int64) -> Double { Double(units) / Self.perUnit }
}
