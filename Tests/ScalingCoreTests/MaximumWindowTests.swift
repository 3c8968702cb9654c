import Testing

@testable import ScalingCore

@Suite("Maximum window")
struct MaximumWindowTests {
    @Test(
        "37 and 38: the largest of the last five",
        arguments: [
            ([5, 6, 5, 5, 5, 5, 5], [5, 6, 6, 6, 6, 6, 5]),
            (
                [5, 8, 5, 7, 5, 5, 1, 4, 4, 4, 4, 9, 3, 4, 2, 1, 0],
                [5, 8, 8, 8, 8, 8, 7, 7, 5, 5, 4, 9, 9, 9, 9, 9, 4]
            ),
        ] as [([Int64], [Int64])]
    )
    func lastFive(input: [Int64], maxima: [Int64]) {
        var window = MaximumWindow(length: 5)
        for (slot, (value, maximum)) in zip(input, maxima).enumerated() {
            window.record(value, slot: Int64(slot))
            #expect(window.maximum(at: Int64(slot)) == maximum, "slot \(slot)")
        }
    }

    @Test(
        "agrees with a list of everything that was recorded, through gaps, late values and resizing",
        arguments: 1...60
    )
    func reference(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var window = MaximumWindow(length: Int.random(in: 1...12, using: &random))
        var recorded: [(slot: Int64, value: Int64)] = []
        var slot = Int64.random(in: -50...50, using: &random)
        for step in 0..<300 {
            if Int.random(in: 0..<40, using: &random) == 0 {
                let oldest = slot - Int64(window.length)
                recorded.removeAll { $0.slot <= oldest }
                window.resize(to: Int.random(in: 1...12, using: &random))
            }
            slot += [0, 0, 1, 1, 1, 2, 3, 20].randomElement(using: &random) ?? 0
            let value = Int64.random(in: -20...20, using: &random)
            window.record(value, slot: slot)
            recorded.append((slot, value))
            for length in 1...window.length {
                let expected = recorded.filter { $0.slot > slot - Int64(length) }.map(\.value).max()
                #expect(window.maximum(at: slot, over: length) == expected, "seed \(seed), step \(step)")
            }
            let later = slot + Int64.random(in: 0...15, using: &random)
            let expected = recorded.filter { $0.slot > later - Int64(window.length) }.map(\.value).max()
            #expect(window.maximum(at: later) == expected, "seed \(seed), step \(step), later")
        }
    }

    @Test("a value that comes late counts as the newest")
    func late() {
        var window = MaximumWindow(length: 3)
        window.record(1, slot: 10)
        window.record(7, slot: 4)
        #expect(window.maximum(at: 12) == 7)
        #expect(window.maximum(at: 13) == nil)
    }
}
