import Testing

@testable import Simulator

@Suite("figures with units")
struct UnitKindTests {
    @Test(
        "figures are read in the base unit of their kind",
        arguments: [
            (UnitKind.duration, "640s", 640.0), (.duration, "1h30m", 5400), (.duration, "250ms", 0.25),
            (.duration, "2d", 172_800), (.duration, "1.5 s", 1.5), (.duration, "1e3us", 0.001), (.duration, "0s", 0),
            (.bytes, "24GiB", 25_769_803_776), (.bytes, "1kB", 1000), (.bandwidth, "5GB/s", 5e9),
            (.rate, "10/s", 10), (.rate, "36/h", 0.01), (.price, "2.50USD/h", 2.5), (.price, "24EUR/d", 1),
            (.money, "0.02USD", 0.02), (.share, "99.9%", 0.999), (.share, "5 %", 0.05),
        ]
    )
    func reads(kind: UnitKind, text: String, value: Double) {
        let read = kind.value(of: text)
        #expect(read.map { abs($0 - value) <= 1e-12 * max(value, 1) } == true, "\(text) is read as \(read ?? -1)")
    }

    @Test(
        "what has no unit, another kind's unit or no sense is refused",
        arguments: [
            (UnitKind.duration, "640"), (.duration, "640x"), (.duration, "30m1h"), (.duration, "1s1s"), (.duration, ""),
            (.duration, "-3s"), (.duration, "s"), (.bytes, "24G"), (.bandwidth, "5GB"), (.rate, "10"), (.price, "2.50"),
            (.price, "2.50USD"), (.share, "0.99"), (.duration, "infs"), (.duration, "nans"),
        ]
    )
    func refuses(kind: UnitKind, text: String) {
        #expect(kind.value(of: text) == nil)
    }
}
