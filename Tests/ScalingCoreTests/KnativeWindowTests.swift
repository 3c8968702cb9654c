import Testing

@testable import ScalingCore

@Suite("Knative's windows")
struct KnativeWindowTests {
    /// A row: values written one a second from second 100 on, then read some seconds after the last one.
    struct Row: Sendable, CustomTestStringConvertible {
        var name: String
        var window: Int
        var values: [Double]
        /// Seconds after the last write, and the average there.
        var linear: [(after: Int64, average: Double)] = []
        var weighted: [(after: Int64, average: Double)] = []
        var testDescription: String { self.name }
    }

    static let rows: [Row] = [
        Row(name: "39 and 40", window: 5, values: [1, 2, 3, 4, 5], linear: [(0, 3), (2, 4)]),
        Row(name: "42", window: 5, values: [1, 2, 3, 4, 5, 6], weighted: [(0, 5.812)]),
        Row(
            name: "43 the average rises when reports stop",
            window: 6,
            values: [0, 0, 0, 0, 0, 100],
            linear: [(0, 16.666667), (1, 20), (2, 25), (5, 100), (6, 0)]
        ),
        Row(name: "44", window: 6, values: [1, 2, 3, 4, 5, 6, 7, 8], linear: [(0, 5.5), (1, 6), (2, 6.5)]),
        Row(
            name: "45",
            window: 60,
            values: [1, 2, 3, 4, 5, 6, 7, 8],
            linear: [(0, 4.5)],
            weighted: [(0, 4.671089)]
        ),
        Row(
            name: "46",
            window: 3,
            values: [10],
            linear: [(0, 10), (1, 10)],
            weighted: [(0, 9.535841), (1, 0.442615)]
        ),
        Row(
            name: "47",
            window: 6,
            values: [10],
            linear: [(0, 10), (1, 10)],
            weighted: [(0, 7.845565), (1, 1.690276)]
        ),
        Row(
            name: "48 weights do not add up to one",
            window: 60,
            values: [10],
            linear: [(0, 10)],
            weighted: [(0, 2), (1, 1.6), (2, 1.28)]
        ),
    ]

    @Test("average as Knative's do", arguments: Self.rows)
    func averages(row: Row) {
        var window = KnativeWindow(seconds: row.window)
        for (index, value) in row.values.enumerated() { window.record(value, second: 100 + Int64(index)) }
        let last = 99 + Int64(row.values.count)
        for (after, average) in row.linear { #expect(window.linearAverage(at: last + after) == average) }
        for (after, average) in row.weighted {
            let tolerance = row.name == "42" ? 5e-4 : 5e-7
            #expect(abs(window.weightedAverage(at: last + after) - average) <= tolerance)
        }
    }

    @Test("41: seconds without a value inside the series count as zero")
    func gap() {
        var window = KnativeWindow(seconds: 5)
        for value in 1...5 { window.record(Double(value), second: Int64(value)) }
        window.record(91, second: 7)
        #expect(window.linearAverage(at: 7) == 20.6)
    }

    @Test("49: empty one second after the window", arguments: [1, 6, 60])
    func empty(seconds: Int) {
        var window = KnativeWindow(seconds: seconds)
        #expect(window.isEmpty(at: 0))
        window.record(1, second: 50)
        #expect(!window.isEmpty(at: 50 + Int64(seconds)))
        #expect(window.isEmpty(at: 51 + Int64(seconds)))
    }

    @Test(
        "the weight of the newest second by the number of buckets",
        arguments: [
            (1, 0.9999), (2, 0.99), (3, 0.953584), (4, 0.9), (5, 0.841511), (6, 0.784557), (10, 0.601893),
            (20, 0.369043), (30, 0.264358), (40, 0.205672), (41, 0.201198), (42, 0.2), (60, 0.2), (3600, 0.2),
        ]
    )
    func coefficient(seconds: Int, expected: Double) {
        #expect(abs(ExponentialWeight.knativeCoefficient(seconds: seconds) - expected) < 5e-7)
    }

    @Test("a root raised to its degree is the number again", arguments: [1, 2, 3, 7, 42, 60, 599, 3600])
    func root(degree: Int) {
        let root = ExponentialWeight.root(of: 1e-4, degree: degree)
        #expect(abs(ExponentialWeight.power(root, degree) / 1e-4 - 1) < 1e-9)
    }

    @Test("values of one second add up, a late one joins its own second, an older one than the window is ignored")
    func late() {
        var window = KnativeWindow(seconds: 5)
        window.record(10, second: 10)
        window.record(10, second: 10)
        #expect(window.linearAverage(at: 10) == 20)
        window.record(4, second: 8)
        #expect(window.linearAverage(at: 10) == 8)
        window.record(1000, second: 5)
        #expect(window.linearAverage(at: 10) == 8)
    }

    @Test("another length keeps the newest seconds", arguments: [(3, 7.0), (5, 6.0), (8, 6.0)])
    func resize(seconds: Int, average: Double) {
        var window = KnativeWindow(seconds: 5)
        for value in 1...8 { window.record(Double(value), second: Int64(value)) }
        window.resize(to: seconds)
        #expect(window.linearAverage(at: 8) == average)
    }

    /// Everything that was ever written, asked by the words of the rule.
    struct Reference {
        let window: Int64
        var writes: [Int64: Double] = [:]
        var first: Int64 = 0
        var last: Int64?

        mutating func record(_ value: Double, second: Int64) {
            if let last, second <= last - self.window { return }
            if last.map({ second - $0 >= self.window }) ?? true {
                self.writes = [:]
                self.first = second
            }
            self.first = min(self.first, second)
            self.last = max(self.last ?? second, second)
            self.writes[second, default: 0] += value
        }

        func average(at second: Int64) -> Double {
            guard let last = self.last else { return 0 }
            let gap = max(0, second - last)
            guard gap < self.window else { return 0 }
            let oldest = max(second, last) - self.window
            let sum = self.writes.filter { $0.key > oldest }.values.reduce(0, +)
            return sum / Double(min(last - self.first + 1, self.window - gap))
        }
    }

    @Test("agrees with a list of all writes", arguments: 1...30)
    func reference(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let seconds = Int.random(in: 1...12, using: &random)
        var window = KnativeWindow(seconds: seconds)
        var reference = Reference(window: Int64(seconds))
        var second: Int64 = Int64.random(in: -30...30, using: &random)
        for step in 0..<400 {
            second += [0, 0, 1, 1, 1, 1, 2, 4, 15].randomElement(using: &random) ?? 0
            let value = Double(Int.random(in: 0...100, using: &random))
            let written = second - (Bool.random(using: &random) ? 0 : Int64.random(in: 0...14, using: &random))
            window.record(value, second: written)
            reference.record(value, second: written)
            for ahead in 0...Int64(seconds + 1) {
                let difference = window.linearAverage(at: second + ahead) - reference.average(at: second + ahead)
                #expect(abs(difference) < 1e-6, "seed \(seed), step \(step), ahead \(ahead)")
            }
        }
    }
}
