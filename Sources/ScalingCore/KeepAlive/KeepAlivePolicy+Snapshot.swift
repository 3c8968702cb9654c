public import StructuredData
public import Timekeeping

extension KeepAlivePolicy {
    /// Steps of a forecast that are told at most, two days of minutes.
    ///
    /// Of longer seasons the newest part is told.
    private static let mostSteps = 2881

    /// What was learned, for a later life; small for every rule but those with a season, which take some 15 KB.
    ///
    /// Instants are of no use after a restart, so the idle time is told as its length.
    public func snapshot(at now: MonotonicInstant) -> JSONValue {
        var snapshot: JSONValue = ["policy": .string(self.configuration.name.rawValue)]
        if let idleSince { snapshot["idleSeconds"] = .double(max(0, now.seconds(since: idleSince))) }
        if let histogram {
            snapshot["bins"] = .array(
                histogram.histogram.bins.map { .array([JSONValue($0.bin), JSONValue(Int($0.count))]) }
            )
            snapshot["outOfBounds"] = JSONValue(histogram.outOfBounds)
            snapshot["last"] = .array(histogram.series.seconds.map { .double($0) })
        }
        if let forecast {
            let steps = forecast.remembered.suffix(Self.mostSteps)
            snapshot["steps"] = .array(steps.map { .double(($0 * 100).rounded() / 100) })
        }
        return snapshot
    }

    /// Takes over what an earlier life had learned, if it followed the same rule; what does not fit is left out.
    ///
    /// - Parameter ageSeconds: How long ago the snapshot was taken; nothing is known of the load since.
    /// - Returns: Whether it was taken over.
    @discardableResult
    public mutating func restore(_ snapshot: JSONValue, ageSeconds: Double, at now: MonotonicInstant) -> Bool {
        guard snapshot["policy"]?.stringValue == self.configuration.name.rawValue, ageSeconds >= 0,
            ageSeconds.isFinite
        else { return false }
        let bins = (snapshot["bins"]?.arrayValue ?? []).compactMap { pair -> (bin: Int, count: UInt32)? in
            guard let bin = pair[0]?.intValue, let count = pair[1]?.intValue.flatMap({ UInt32(exactly: $0) }),
                count < UInt32.max / 4096
            else { return nil }
            return (bin, count)
        }
        self.histogram?.restore(
            bins: bins,
            outOfBounds: min(snapshot["outOfBounds"]?.intValue ?? 0, Int(Int32.max)),
            series: (snapshot["last"]?.arrayValue ?? []).compactMap(\.doubleValue)
        )
        let step = max(1, self.configuration["step"])
        self.forecast?.restore(
            steps: (snapshot["steps"]?.arrayValue ?? []).compactMap(\.doubleValue).filter(\.isFinite),
            silentSteps: Int(min(ageSeconds / step, 1e6)),
            at: now
        )
        if let idle = snapshot["idleSeconds"]?.doubleValue, idle >= 0, idle < 1e9 {
            self.resumeIdle(since: now.advanced(by: .seconds(-idle - min(ageSeconds, 1e9))))
        }
        return true
    }
}
