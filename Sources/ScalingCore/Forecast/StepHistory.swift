/// The last values of a series in the order of their steps, up to a number of them.
struct StepHistory: Sendable, Equatable {
    let capacity: Int
    private var values: [Double] = []
    private var next = 0

    init(capacity: Int) {
        precondition(capacity > 0, "a history of \(capacity) steps")
        self.capacity = capacity
    }

    var count: Int { self.values.count }
    var isFull: Bool { self.values.count == self.capacity }

    mutating func append(_ value: Double) {
        if self.values.count < self.capacity {
            self.values.append(value)
        } else {
            self.values[self.next] = value
            self.next = (self.next + 1) % self.capacity
        }
    }

    /// The value so many steps before the newest, 0 being the newest itself; `nil` when it was not seen.
    func value(stepsBack steps: Int) -> Double? {
        guard steps >= 0, steps < self.values.count else { return nil }
        let newest = self.values.count < self.capacity ? self.values.count - 1 : self.next + self.capacity - 1
        return self.values[(newest - steps) % self.capacity]
    }

    /// The values, the oldest first.
    var ordered: [Double] { Array(self.values[self.next...] + self.values[..<self.next]) }
}
