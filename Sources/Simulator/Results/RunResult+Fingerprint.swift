import Hashing
import SimulationKit
import Timekeeping

/// Writes numbers one after the other, eight bytes each, so that equal results are equal bytes and unequal ones are not.
private struct CanonicalWriter {
    var bytes: [UInt8] = []

    mutating func write(_ value: UInt64) {
        withUnsafeBytes(of: value.bigEndian) { self.bytes.append(contentsOf: $0) }
    }

    mutating func write(_ value: Int64) { self.write(UInt64(bitPattern: value)) }

    mutating func write(_ value: Int) { self.write(Int64(value)) }

    mutating func write(_ value: Double) { self.write(value.bitPattern) }

    mutating func write(_ text: String) {
        self.write(text.utf8.count)
        self.bytes.append(contentsOf: text.utf8)
    }

    mutating func write(_ sum: TimeSum) {
        self.write(sum.high)
        self.write(sum.low)
    }

    mutating func write(_ instant: MonotonicInstant?) { self.write(instant?.nanoseconds ?? -1) }

    mutating func write(_ histogram: LatencyHistogram) {
        self.write(histogram.count)
        self.write(histogram.sum)
        self.write(histogram.least)
        self.write(histogram.greatest)
        let occupied = histogram.occupied
        self.write(occupied.count)
        for bucket in occupied {
            self.write(bucket.lower)
            self.write(bucket.count)
        }
    }

    mutating func write<Element>(_ elements: [Element], _ write: (inout CanonicalWriter, Element) -> Void) {
        self.write(elements.count)
        for element in elements { write(&self, element) }
    }

    mutating func write(_ timeline: Timeline) {
        self.write(timeline.stepNanoseconds)
        self.write(timeline.steps) { writer, step in
            writer.write(UInt64(step.arrivals) << 32 | UInt64(step.served))
            writer.write(UInt64(step.failed) << 32 | UInt64(step.cold))
            writer.write(step.readyMilli)
            writer.write(step.startingMilli)
            writer.write(step.waitingMilli)
            writer.write(step.concurrencyMilli)
            writer.write(Int(step.desired))
            writer.write(Int(step.nodes))
        }
    }
}

extension RunResult {
    /// Everything in the result as bytes in a fixed order.
    public var canonicalBytes: [UInt8] {
        var writer = CanonicalWriter()
        writer.write(self.scenario)
        writer.write(self.seed)
        writer.write(self.replication)
        writer.write(self.horizonNanoseconds)
        writer.write(self.warmUpNanoseconds)
        writer.write(self.events)
        writer.write(self.services.count)
        for service in self.services { service.write(to: &writer) }
        writer.write(self.cluster.unplacedTime)
        writer.write(self.cluster.pools) { writer, pool in
            writer.write(pool.name)
            writer.write(pool.nodeTime)
            writer.write(pool.gpuTime)
            writer.write(pool.gpuBusyTime)
            writer.write(pool.mostNodes)
            writer.write(pool.nodesOrdered)
            writer.write(pool.nodesLost)
            writer.write(pool.cost)
        }
        writer.write(self.timeline)
        return writer.bytes
    }

    /// SHA-256 of `canonicalBytes` in hexadecimal digits: equal for equal results, whatever thread made them.
    public var fingerprint: String { SHA256.hexDigest(of: self.canonicalBytes) }
}

extension ServiceResult {
    fileprivate func write(to writer: inout CanonicalWriter) {
        writer.write(self.name)
        let counts = [
            self.arrived, self.served, self.retries, self.cold, self.waited, self.withinObjective, self.promptTokens,
            self.outputTokens, self.startsOrdered, self.startsFinished, self.startsFailed, self.startsCancelled,
            self.replicasLost, self.decisions, self.changes,
        ]
        for count in counts + self.failed { writer.write(count) }
        let histograms = [
            self.total, self.wait, self.service, self.coldTotal, self.timeToFirstToken, self.interToken, self.startup,
        ]
        for histogram in histograms + self.phases { writer.write(histogram) }
        for sum in self.replicaTime + [self.busyTime, self.waitingTime, self.concurrencyTime] { writer.write(sum) }
        writer.write(self.mostReplicas)
        writer.write(self.mostWaiting)
        writer.write(self.concurrencyLaw) { $0.write($1) }
        writer.write(self.cost)
        writer.write(self.timeline)
        self.writeLogs(to: &writer)
    }

    private func writeLogs(to writer: inout CanonicalWriter) {
        writer.write(self.decisionLog) { writer, record in
            writer.write(record.at)
            for number in [record.before, record.after, record.ready, record.starting, record.waiting, record.inFlight]
            {
                writer.write(number)
            }
            writer.write(record.reason)
        }
        writer.write(self.startLog) { writer, record in
            writer.write(record.replica)
            writer.write(record.orderedAt)
            writer.write(record.readyAt)
            writer.write(record.phases) { $0.write($1) }
            writer.write(record.node)
        }
        writer.write(self.requestLog) { writer, record in
            writer.write(record.arrivedAt)
            writer.write(record.startedAt)
            writer.write(record.endedAt)
            writer.write(record.attempts)
            writer.write(record.isCold ? 1 : 0)
            writer.write(record.replica)
            writer.write(record.failure?.rawValue ?? -1)
        }
    }
}
