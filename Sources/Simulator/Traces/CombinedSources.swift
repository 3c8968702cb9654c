import SimulationKit
import Timekeeping

/// Several sources as one, in order of time; of equals the one listed first.
struct MergedSource<Source: ArrivalSource>: ArrivalSource {
    private var sources: [Source]
    /// A heap of the sources' next arrivals.
    private var heap: [(arrival: Arrival, source: Int)] = []

    init(_ sources: [Source]) {
        self.sources = sources
        for index in self.sources.indices {
            if let arrival = self.sources[index].next() { self.heap.append((arrival, index)) }
        }
        for index in stride(from: self.heap.count / 2 - 1, through: 0, by: -1) { self.sink(from: index) }
    }

    mutating func next() -> Arrival? {
        guard let first = self.heap.first else { return nil }
        if let arrival = self.sources[first.source].next() {
            self.heap[0] = (arrival, first.source)
        } else {
            let last = self.heap.removeLast()
            if !self.heap.isEmpty { self.heap[0] = last }
        }
        self.sink(from: 0)
        return first.arrival
    }

    private func precedes(_ left: Int, _ right: Int) -> Bool {
        let (one, other) = (self.heap[left], self.heap[right])
        return (one.arrival.at, one.source) < (other.arrival.at, other.source)
    }

    private mutating func sink(from start: Int) {
        var parent = start
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < self.heap.count {
                if self.precedes(child, least) { least = child }
            }
            guard least != parent else { return }
            self.heap.swapAt(parent, least)
            parent = least
        }
    }
}

/// A source with more or fewer requests: each one so many times, the fraction by chance.
struct ScaledSource<Source: ArrivalSource>: ArrivalSource {
    private var source: Source
    private let factor: Double
    private var stream: RandomStream
    private var copies = 0
    private var current: Arrival?

    init(_ source: Source, factor: Double, stream: RandomStream) {
        self.source = source
        self.factor = factor
        self.stream = stream
    }

    mutating func next() -> Arrival? {
        while self.copies == 0 {
            guard let arrival = self.source.next() else { return nil }
            self.current = arrival
            let whole = self.factor.rounded(.down)
            self.copies = Int(whole) + (self.stream.uniform() < self.factor - whole ? 1 : 0)
        }
        self.copies -= 1
        return self.current
    }
}
