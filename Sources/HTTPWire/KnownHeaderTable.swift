/// Recognises the name of a field by two of its words, with one probe and no loop.
///
/// The first and the last eight bytes of a name, lowered, are multiplied into an 8-bit slot. The multiplier is searched
/// for when the table is built, such that no two known names share a slot; so a name is either the one in its slot or
/// unknown.
final class KnownHeaderTable: Sendable {
    static let shared = KnownHeaderTable()

    /// Lowered words of a name: its first and last eight bytes and those between; zero where it is shorter.
    private struct Words: Sendable {
        var first: UInt64 = 0
        var last: UInt64 = 0
        var second: UInt64 = 0
        var third: UInt64 = 0
        var count = 0
    }

    private static let lowering: UInt64 = ByteScan.ones &* 0x20

    private let multiplier: UInt64
    private let slots: InlineArray<256, KnownHeader>
    private let names: InlineArray<64, Words>

    private init() {
        var names = InlineArray<64, Words>(repeating: Words())
        for header in KnownHeader.allCases where header != .other {
            names[Int(header.rawValue)] = Self.words(of: header.name)
        }
        var multiplier: UInt64 = 0x9E37_79B9_7F4A_7C15
        var slots = Self.slots(for: names, multiplier: multiplier)
        // About one multiplier in fifty will do.
        while slots == nil {
            multiplier = multiplier &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            slots = Self.slots(for: names, multiplier: multiplier | 1)
        }
        self.multiplier = multiplier | 1
        self.slots = slots ?? InlineArray(repeating: .other)
        self.names = names
    }

    /// The known header that the token names, or `other`.
    ///
    /// - Parameter end: How far the memory may be read, at least `nameEnd`.
    @inline(__always)
    func header(_ base: UnsafeRawPointer, from start: Int, to nameEnd: Int, end: Int) -> KnownHeader {
        let count = nameEnd &- start
        // Bytes of a token stay apart when the bit of the case is set, except for pairs no known name contains.
        let first: UInt64
        let last: UInt64
        if count >= 8 {
            first = base.word(start) | Self.lowering
            last = base.word(nameEnd &- 8) | Self.lowering
        } else {
            let mask: UInt64 = (1 &<< UInt64(count &* 8)) &- 1
            first = (base.partialWord(start, count: count, end: end) | Self.lowering) & mask
            last = first
        }
        let slot = Self.slot(first: first, last: last, count: count, multiplier: self.multiplier)
        let candidate = self.slots[unchecked: slot]
        let name = self.names[unchecked: Int(candidate.rawValue)]
        guard name.first == first, name.last == last, name.count == count else { return .other }
        if count > 16 {
            guard base.word(start &+ 8) | Self.lowering == name.second else { return .other }
            if count > 24, base.word(start &+ 16) | Self.lowering != name.third { return .other }
        }
        return candidate
    }

    // MARK: Building

    @inline(__always)
    private static func slot(first: UInt64, last: UInt64, count: Int, multiplier: UInt64) -> Int {
        let mixed = (first ^ (last &* 5)) &+ UInt64(truncatingIfNeeded: count)
        return Int(truncatingIfNeeded: (mixed &* multiplier) &>> 56)
    }

    private static func slots(for names: InlineArray<64, Words>, multiplier: UInt64) -> InlineArray<256, KnownHeader>? {
        var slots = InlineArray<256, KnownHeader>(repeating: .other)
        for header in KnownHeader.allCases where header != .other {
            let name = names[Int(header.rawValue)]
            let slot = Self.slot(first: name.first, last: name.last, count: name.count, multiplier: multiplier)
            guard slots[slot] == .other else { return nil }
            slots[slot] = header
        }
        return slots
    }

    private static func words(of name: StaticString) -> Words {
        let base = UnsafeRawPointer(name.utf8Start)
        let count = name.utf8CodeUnitCount
        precondition(count <= 32, "more than four words: \(name)")
        func word(_ offset: Int) -> UInt64 {
            let length = max(0, min(8, count - offset))
            let mask: UInt64 = length == 8 ? .max : (1 << UInt64(length * 8)) - 1
            return (base.partialWord(offset, count: length, end: count) | Self.lowering) & mask
        }
        return Words(
            first: word(0),
            last: count >= 8 ? word(count - 8) : word(0),
            second: count > 16 ? word(8) : 0,
            third: count > 24 ? word(16) : 0,
            count: count
        )
    }
}
