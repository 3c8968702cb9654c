import SimulationKit
import Timekeeping

extension Trace {
    /// The part from one moment to another, in seconds since the trace began; it begins anew at zero.
    public func sliced(from start: Double, to end: Double) -> Trace {
        var slice = self
        switch self.content {
        case .requests(let requests):
            let (first, last) = (Int64((start * 1e9).rounded()), Int64((end * 1e9).rounded()))
            slice.content = .requests(
                requests.filter { $0.arrival >= first && $0.arrival < last }.map { request in
                    var request = request
                    request.arrival -= first
                    return request
                }
            )
        case .counts(var counts):
            let first = Int32((start / counts.stepSeconds).rounded())
            let last = Int32(min((end / counts.stepSeconds).rounded(), Double(counts.stepCount)))
            counts.stepCount = max(0, Int(last - first))
            counts.steps = counts.steps.map { steps in
                steps.filter { $0.step >= first && $0.step < last }.map {
                    TraceCounts.Step(step: $0.step - first, calls: $0.calls)
                }
            }
            slice.content = .counts(counts)
        }
        slice.durationSeconds = max(0, min(end, self.durationSeconds) - start)
        slice.startUnixSeconds = self.startUnixSeconds.map { $0 + start }
        slice.sha256 = ""
        return slice
    }

    /// Two traces of the same services: what came before a share of the time, and what came after.
    ///
    /// To fit on one and to score on the other.
    public func split(atShare share: Double) -> (before: Trace, after: Trace) {
        let moment = self.durationSeconds * share
        return (self.sliced(from: 0, to: moment), self.sliced(from: moment, to: self.durationSeconds.nextUp + 1e-6))
    }

    /// So many times as fast, with as many requests.
    public func sped(by factor: Double) -> Trace {
        precondition(factor > 0, "a speed of \(factor)")
        var sped = self
        switch self.content {
        case .requests(let requests):
            sped.content = .requests(
                requests.map { request in
                    var request = request
                    request.arrival = Int64((Double(request.arrival) / factor).rounded())
                    return request
                }
            )
        case .counts(var counts):
            counts.stepSeconds /= factor
            sped.content = .counts(counts)
        }
        sped.durationSeconds /= factor
        sped.sha256 = ""
        return sped
    }

    /// So many times as many requests within the same time: copies, the fraction by chance.
    public func scaled(by factor: Double, seed: UInt64) -> Trace {
        precondition(factor >= 0, "a factor of \(factor)")
        var stream = RandomStream(seed: seed, replication: 0, purpose: .sampling)
        let whole = factor.rounded(.down)
        func copies(of count: Double) -> Int {
            let wanted = count * factor
            return Int(wanted) + (stream.uniform() < wanted - wanted.rounded(.down) ? 1 : 0)
        }
        var scaled = self
        switch self.content {
        case .requests(let requests):
            scaled.content = .requests(
                requests.flatMap { request in
                    let count = Int(whole) + (stream.uniform() < factor - whole ? 1 : 0)
                    return [TraceRequest](repeating: request, count: count)
                }
            )
        case .counts(var counts):
            counts.steps = counts.steps.map { steps in
                steps.compactMap { step in
                    let count = copies(of: Double(step.calls))
                    return count > 0 ? TraceCounts.Step(step: step.step, calls: Int32(clamping: count)) : nil
                }
            }
            scaled.content = .counts(counts)
        }
        scaled.sha256 = ""
        return scaled
    }

    /// Only these services, numbered anew in the order given.
    public func restricted(toServices kept: [Int]) -> Trace {
        var restricted = self
        restricted.services = kept.map { self.services[$0] }
        switch self.content {
        case .requests(let requests):
            let numbers = Dictionary(uniqueKeysWithValues: kept.enumerated().map { (Int32($1), Int32($0)) })
            restricted.content = .requests(
                requests.compactMap { request in
                    guard let number = numbers[request.service] else { return nil }
                    var request = request
                    request.service = number
                    return request
                }
            )
        case .counts(var counts):
            counts.steps = kept.map { counts.steps[$0] }
            restricted.content = .counts(counts)
        }
        restricted.sha256 = ""
        return restricted
    }

    /// The same with single requests in place of counts, placed within their steps as a replay would place them.
    public func withSingleRequests(_ placement: TraceReplay.Placement, seed: UInt64) -> Trace {
        guard case .counts = self.content else { return self }
        var single = self
        var requests: [TraceRequest] = []
        for index in self.services.indices {
            let arrivals = TraceArrivals(trace: self, service: index, replay: TraceReplay(placement: placement))
            let context = ArrivalContext(
                seed: seed,
                replication: 0,
                entity: 0,
                horizon: .seconds(self.durationSeconds + 1)
            )
            var source = arrivals.source(context)
            while let arrival = source.next() {
                requests.append(
                    TraceRequest(
                        arrival: arrival.at.nanoseconds,
                        service: Int32(index),
                        duration: arrival.workNanoseconds
                    )
                )
            }
        }
        let order = requests.indices.sorted { (requests[$0].arrival, $0) < (requests[$1].arrival, $1) }
        single.content = .requests(order.map { requests[$0] })
        return single
    }

    /// Calls of each service by steps of so many seconds.
    public func counted(stepSeconds: Double) -> TraceCounts {
        if case .counts(let counts) = self.content, counts.stepSeconds == stepSeconds { return counts }
        var counted: [[Int32: Int32]] = self.services.map { _ in [:] }
        switch self.content {
        case .requests(let requests):
            for request in requests {
                let step = Int32(clamping: Int(Double(request.arrival) / 1e9 / stepSeconds))
                counted[Int(request.service)][step, default: 0] &+= 1
            }
        case .counts(let counts):
            for (service, steps) in counts.steps.enumerated() {
                for step in steps {
                    let moved = Int32(clamping: Int(Double(step.step) * counts.stepSeconds / stepSeconds))
                    counted[service][moved, default: 0] &+= step.calls
                }
            }
        }
        return TraceCounts(
            stepSeconds: stepSeconds,
            stepCount: Int((self.durationSeconds / stepSeconds).rounded(.down)) + 1,
            steps: counted.map { $0.sorted { $0.key < $1.key }.map { TraceCounts.Step(step: $0.key, calls: $0.value) } }
        )
    }
}
