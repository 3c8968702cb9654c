public import Timekeeping

/// Decides whether a service without load stays loaded, is unloaded, or is loaded ahead of the next request.
///
/// A value that is told when load begins and ends and is asked for a plan. It has no clock, so the live autoscaler, the
/// simulator and the study of keep-alive policies use the same one.
///
/// ```swift
/// var policy = KeepAlivePolicy(KeepAliveConfiguration(.fixed, parameters: ["keep": 600]))
/// policy.loadBegan(at: .zero)
/// policy.loadEnded(at: .seconds(5))
/// policy.plan(at: .seconds(600)).isWarm  // true: 595 s have passed
/// ```
public struct KeepAlivePolicy: Sendable, Equatable {
    public private(set) var configuration: KeepAliveConfiguration
    /// When load ended; `nil` while there is some, and before the first.
    public private(set) var idleSince: MonotonicInstant?
    // At most one of the two is there. An enum would copy what was learned whenever it is written to.
    var histogram: HybridHistogram?
    var forecast: ForecastKeepAlive?
    private var window: KeepAliveWindow?
    private var basis = KeepAlivePlan.Basis.fixed

    public init(_ configuration: KeepAliveConfiguration) {
        self.configuration = configuration
        switch configuration.name {
        case .fixed: self.window = KeepAliveWindow(endSeconds: configuration["keep"])
        case .skiRental: self.window = KeepAliveWindow(endSeconds: configuration["coldStartWorth"])
        case .noUnload: self.window = KeepAliveWindow(endSeconds: .infinity)
        case .hybridHistogram: self.histogram = HybridHistogram(configuration)
        case .seasonalNaive, .holtWinters, .fft, .markov, .movingAverage:
            self.forecast = ForecastKeepAlive(configuration)
        }
    }

    /// There is load; calls while it lasts tell of its height.
    ///
    /// - Parameter load: Requests in flight, or arrivals of the step; what forecasts are made of.
    public mutating func loadBegan(_ load: Double = 1, at now: MonotonicInstant) {
        if let idleSince {
            self.histogram?.record(max(0, now.seconds(since: idleSince)))
            self.idleSince = nil
        }
        self.forecast?.observe(load, at: now)
    }

    /// The last request has ended; the rule for the idle period that begins is chosen now.
    public mutating func loadEnded(at now: MonotonicInstant) {
        self.idleSince = now
        if let verdict = self.histogram?.verdict {
            self.window = verdict.window
            self.basis = verdict.basis
        }
    }

    /// What to do at `now`.
    ///
    /// While there is load the plan is to be loaded; before the first load it is not to be.
    ///
    /// - Parameter leadSeconds: How long loading takes; what is loaded ahead begins so much earlier.
    public mutating func plan(at now: MonotonicInstant, leadSeconds: Double = 0) -> KeepAlivePlan {
        guard let idleSince else {
            return self.plan(isWarm: self.forecast?.isBusy ?? false, idle: nil, basis: self.basis, changesIn: nil)
        }
        let idle = max(0, now.seconds(since: idleSince))
        if let outlook = self.forecast?.outlook(at: now, idleSeconds: idle, leadSeconds: leadSeconds) {
            return self.plan(
                isWarm: outlook.isWarm,
                idle: idle,
                basis: .forecastLoad(outlook.load),
                changesIn: outlook.changesInSeconds
            )
        }
        guard let window = self.windowWithLead(leadSeconds) else {
            return self.plan(isWarm: false, idle: idle, basis: self.basis, changesIn: nil)
        }
        var changesIn: Double?
        if idle < window.prewarmSeconds {
            // Less than a clock can tell apart would have it asked again at the same moment, for ever.
            changesIn = max(window.prewarmSeconds - idle, 1e-3)
        } else if idle <= window.endSeconds, window.endSeconds.isFinite {
            // At the end itself it is still loaded, so the change is behind it.
            changesIn = window.endSeconds - idle + 1e-9
        }
        return self.plan(isWarm: window.contains(idle), idle: idle, basis: self.basis, changesIn: changesIn)
    }

    /// When the idle period that began last is to find it loaded; `nil` for rules that decide from step to step.
    public var idleWindow: KeepAliveWindow? { self.idleSince == nil ? nil : self.window }

    private func windowWithLead(_ leadSeconds: Double) -> KeepAliveWindow? {
        guard var window = self.window else { return nil }
        window.prewarmSeconds = max(0, window.prewarmSeconds - leadSeconds)
        return window
    }

    private func plan(
        isWarm: Bool,
        idle: Double?,
        basis: KeepAlivePlan.Basis,
        changesIn: Double?
    ) -> KeepAlivePlan {
        KeepAlivePlan(
            name: self.configuration.name,
            isWarm: isWarm,
            idleSeconds: idle,
            window: self.forecast == nil ? self.window : nil,
            basis: basis,
            changesInSeconds: changesIn
        )
    }

    /// Takes up an idle period that began before this policy was there.
    mutating func resumeIdle(since instant: MonotonicInstant?) {
        if let instant { self.loadEnded(at: instant) } else { self.idleSince = nil }
    }
}
