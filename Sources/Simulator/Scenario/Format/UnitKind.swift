/// What a figure with a unit measures, and in which units it may be written.
///
/// Units are mandatory: `640` says nothing, `640s` does.
enum UnitKind: String, CaseIterable, Sendable {
    /// Read in seconds.
    case duration
    /// Read in bytes.
    case bytes
    /// Read in bytes a second.
    case bandwidth
    /// How often something happens, read in events a second.
    case rate
    /// What something costs, read in currency units an hour.
    case price
    /// What something costs at once, read in currency units.
    case money
    /// A part of a whole, written in percent, read from 0 to 1.
    case share

    /// Units with what each is in the unit that is read, in the order in which messages name them.
    var units: [(name: String, factor: Double)] {
        switch self {
        case .duration:
            [("ns", 1e-9), ("us", 1e-6), ("ms", 1e-3), ("s", 1), ("m", 60), ("h", 3600), ("d", 86_400)]
        case .bytes:
            [
                ("B", 1), ("kB", 1e3), ("MB", 1e6), ("GB", 1e9), ("TB", 1e12), ("KiB", 1024), ("MiB", 1_048_576),
                ("GiB", 1_073_741_824), ("TiB", 1_099_511_627_776),
            ]
        case .bandwidth:
            Self.bytes.units.map { ("\($0.name)/s", $0.factor) }
        case .rate:
            [("/s", 1), ("/m", 1 / 60.0), ("/h", 1 / 3600.0), ("/d", 1 / 86_400.0)]
        case .price:
            Self.currencies.flatMap { [("\($0)/h", 1), ("\($0)/d", 1 / 24.0)] }
        case .money:
            Self.currencies.map { ($0, 1) }
        case .share:
            [("%", 0.01)]
        }
    }

    /// One currency is as good as another; a scenario is to keep to one.
    private static let currencies = ["USD", "EUR", "GBP", "CHF", "JPY"]

    /// A figure as it may be written, for messages.
    var example: String {
        switch self {
        case .duration: "640s or 1h30m"
        case .bytes: "24GiB"
        case .bandwidth: "5GB/s"
        case .rate: "10/s"
        case .price: "2.50USD/h"
        case .money: "0.02USD"
        case .share: "99.9%"
        }
    }

    /// Reads a figure; `nil` when it is none of this kind.
    ///
    /// Durations may be put together, the largest unit first: `1h30m`.
    func value(of text: String) -> Double? {
        let compact = text.filter { $0 != " " }
        guard self == .duration else { return self.part(of: compact[...])?.value }
        var rest = compact[...]
        var total: Double?
        var smallest = Double.infinity
        while !rest.isEmpty {
            let letters = rest.drop { $0.isNumber || $0 == "." || $0 == "e" || $0 == "-" || $0 == "+" }
            let end = letters.firstIndex { $0.isNumber || $0 == "." } ?? rest.endIndex
            guard let part = self.part(of: rest[..<end]), part.factor < smallest else { return nil }
            total = (total ?? 0) + part.value
            smallest = part.factor
            rest = rest[end...]
        }
        return total
    }

    /// One number with one unit.
    private func part(of text: Substring) -> (value: Double, factor: Double)? {
        let candidates = self.units.filter { text.hasSuffix($0.name) }
        // The longest unit that fits: `5ms` is no five-thousandths of something in `s`.
        guard let unit = candidates.max(by: { $0.name.count < $1.name.count }),
            let number = Double(text.dropLast(unit.name.count)), number.isFinite, number >= 0
        else { return nil }
        return (number * unit.factor, unit.factor)
    }

    /// The regular expression of the published schema.
    var pattern: String {
        let number = #"[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?"#
        let names = self.units.map(\.name).joined(separator: "|")
        let one = "\(number) ?(\(names))"
        return self == .duration ? "^(\(one) ?)+$" : "^\(one)$"
    }
}
