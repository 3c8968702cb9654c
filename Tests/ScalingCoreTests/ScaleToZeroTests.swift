import Testing
import Timekeeping

@testable import ScalingCore

/// A row of the table of Knative's way to zero: grace 60 s, stable window 5 min unless the row says otherwise.
struct ZeroRow: Sendable, CustomTestStringConvertible {
    var name: String
    var replicas = 1
    var desired: Int?
    var state = RevisionActivity.State.inactive
    /// Seconds for which the state has lasted.
    var lasting = 0.0
    /// Seconds for which requests have come through the activator; `nil`: they do not.
    var proxying: Double?
    var probe = ScaleToZeroMachine.Path.Probe.answered
    var configuration = ScalingConfiguration(policy: .knative)
    var isBegun = true
    var scale: Int?
    var isWritten = false
    var requeues = 0
    var probes = false
    var testDescription: String { self.name }

    init(_ name: String, _ change: (inout ZeroRow) -> Void) {
        self.name = name
        self.desired = 0
        self.configuration.scaleToZeroGraceSeconds = ScaleToZeroTests.grace
        self.configuration.stableWindowSeconds = Int(ScaleToZeroTests.stable)
        self.configuration.progressDeadlineSeconds = 600
        change(&self)
    }
}

@Suite("Knative's way to zero")
struct ScaleToZeroTests {
    static let grace = 60.0
    static let stable = 300.0
    static let activation = 630.0

    static func active(_ name: String, _ lasting: Double, _ change: (inout ZeroRow) -> Void) -> ZeroRow {
        ZeroRow(name) {
            $0.state = .active
            $0.lasting = lasting
            change(&$0)
        }
    }

    static func inactive(_ name: String, _ lasting: Double, _ change: (inout ZeroRow) -> Void) -> ZeroRow {
        ZeroRow(name) {
            $0.lasting = lasting
            $0.scale = 0
            change(&$0)
        }
    }

    static let fromActive: [ZeroRow] = [
        Self.active("82 active for too short, one replica", Self.stable - 1) {
            $0.scale = 1
            $0.requeues = 1
        },
        Self.active("83 active for too short, ten replicas", Self.stable - 1) {
            $0.replicas = 10
            $0.scale = 1
            $0.isWritten = true
            $0.requeues = 1
        },
        Self.active("84 active for long enough", Self.stable) { $0.scale = 0 },
        Self.active("85 already through the activator", Self.stable) {
            $0.proxying = 1
            $0.scale = 0
            $0.requeues = 1
        },
        Self.active("86 own window", 45) {
            $0.configuration.stableWindowSeconds = 45
            $0.scale = 0
        },
        Self.active("110 initial scale reached", 120) {
            $0.replicas = 2
            $0.configuration.initialScale = 2
            $0.scale = 1
            $0.isWritten = true
            $0.requeues = 1
        },
        Self.active("111 initial scale, unreachable", 120) {
            $0.replicas = 2
            $0.configuration.initialScale = 2
            $0.configuration.isReachable = false
            $0.isBegun = false
            $0.scale = 1
            $0.isWritten = true
            $0.requeues = 1
        },
    ]

    static let fromInactive: [ZeroRow] = [
        Self.inactive("87 grace over", Self.grace) { $0.isWritten = true },
        Self.inactive("88 grace not over", Self.grace - 1) { $0.requeues = 1 },
        Self.inactive("89 through the activator for too short", Self.grace - 1) {
            $0.proxying = Self.grace - 1
            $0.requeues = 1
        },
        Self.inactive("90 through the activator for long enough", Self.grace - 1) {
            $0.proxying = Self.grace
            $0.isWritten = true
        },
        Self.inactive("91 as 90, retention shorter", Self.grace - 1) {
            $0.proxying = Self.grace
            $0.configuration.scaleToZeroPodRetentionSeconds = 42
            $0.isWritten = true
        },
        Self.inactive("retention just over, through the activator for long enough", 42) {
            $0.proxying = Self.grace
            $0.configuration.scaleToZeroPodRetentionSeconds = 42
            $0.isWritten = true
        },
        Self.inactive("92 and 93 retention longer", Self.grace) {
            $0.configuration.scaleToZeroPodRetentionSeconds = 2 * Self.grace
            $0.requeues = 1
        },
        Self.inactive("94 retention set to none", Self.grace) {
            $0.configuration.scaleToZeroPodRetentionSeconds = 0
            $0.isWritten = true
        },
        Self.inactive("95 retention as long as the grace", Self.grace) {
            $0.configuration.scaleToZeroPodRetentionSeconds = Self.grace
            $0.isWritten = true
        },
        Self.inactive("96 activator always in the path, not probed", Self.grace) {
            $0.configuration.targetBurstCapacity = -1
            $0.probe = .failed
            $0.isWritten = true
        },
        Self.inactive("97 the probe fails", Self.grace) {
            $0.probe = .failed
            $0.probes = true
        },
        Self.inactive("100 minimum scale", Self.grace) {
            $0.replicas = 10
            $0.configuration.minScale = 2
            $0.scale = 2
            $0.isWritten = true
        },
        Self.inactive("101 minimum scale, unreachable", Self.grace) {
            $0.replicas = 10
            $0.configuration.minScale = 2
            $0.configuration.isReachable = false
            $0.isWritten = true
        },
        Self.inactive("102 retention, unreachable", Self.grace) {
            $0.configuration.scaleToZeroPodRetentionSeconds = 10 * Self.grace
            $0.configuration.isReachable = false
            $0.isWritten = true
        },
        Self.inactive("103 retention, unreachable, grace not over", Self.grace - 1) {
            $0.configuration.scaleToZeroPodRetentionSeconds = 10 * Self.grace
            $0.configuration.isReachable = false
            $0.requeues = 1
        },
        Self.inactive("104 reachability unknown counts as reachable", Self.grace) {
            $0.replicas = 10
            $0.configuration.minScale = 2
            $0.scale = 2
            $0.isWritten = true
        },
        Self.inactive("112 scale to zero disabled", 0) {
            $0.replicas = 10
            $0.configuration.enableScaleToZero = false
            $0.scale = 1
            $0.isWritten = true
        },
        Self.inactive("113 disabled, minimum scale 2", 0) {
            $0.replicas = 10
            $0.configuration.enableScaleToZero = false
            $0.configuration.minScale = 2
            $0.scale = 2
            $0.isWritten = true
        },
    ]

    static let others: [ZeroRow] = [
        ZeroRow("98 activating") {
            $0.state = .activating
            $0.lasting = Self.activation / 2
            $0.requeues = 1
        },
        ZeroRow("99 activating for too long") {
            $0.state = .activating
            $0.lasting = Self.activation + 1
            $0.scale = 0
            $0.isWritten = true
        },
        ZeroRow("105 maximum scale") {
            $0.desired = 10
            $0.configuration.maxScale = 8
            $0.scale = 8
            $0.isWritten = true
        },
        ZeroRow("106 unknown, inactive") {
            $0.replicas = 0
            $0.desired = nil
        },
        ZeroRow("107 unknown, active") {
            $0.replicas = 12
            $0.desired = nil
            $0.state = .active
        },
        ZeroRow("108 initial scale not reached") {
            $0.replicas = 0
            $0.desired = 1
            $0.state = .activating
            $0.configuration.initialScale = 2
            $0.isBegun = false
            $0.scale = 2
            $0.isWritten = true
        },
        ZeroRow("109 initial scale there already") {
            $0.replicas = 5
            $0.desired = 1
            $0.state = .activating
            $0.configuration.initialScale = 5
            $0.isBegun = false
            $0.scale = 5
        },
    ]

    @Test("does what Knative does", arguments: Self.fromActive + Self.fromInactive + Self.others)
    func step(row: ZeroRow) {
        let now = MonotonicInstant.seconds(100_000)
        func before(_ seconds: Double) -> MonotonicInstant { now.advanced(by: .seconds(-seconds)) }
        let outcome = ScaleToZeroMachine(configuration: row.configuration).outcome(
            desired: row.desired,
            activity: RevisionActivity(row.state, since: before(row.lasting)),
            path: .init(probe: row.probe, proxyingSince: row.proxying.map(before)),
            hasReachedInitialScale: row.isBegun,
            now: now
        )
        #expect(outcome.scale == row.scale)
        // The table counts writes, and the same scale again is none.
        #expect((outcome.applies && outcome.scale != row.replicas) == row.isWritten)
        #expect((outcome.recheckAfterSeconds == nil ? 0 : 1) == row.requeues)
        #expect(outcome.probes == row.probes)
    }

    @Test(
        "the revision is active, activating or inactive as its Active condition would say",
        arguments: [
            ("nothing wanted", RevisionActivity.State.active, 0, 1, 1, RevisionActivity.State.inactive),
            ("nothing needed", .activating, 3, 0, 0, .inactive),
            ("too few", .inactive, 2, 1, 2, .activating),
            ("enough", .activating, 2, 2, 2, .active),
            ("unknown, inactive stays", .inactive, nil, 0, 1, .inactive),
            ("unknown, inactive stays although ready", .inactive, nil, 1, 1, .inactive),
            ("unknown, replicas lost", .active, nil, 0, 1, .activating),
            ("unknown, replicas there", .activating, nil, 1, 1, .active),
        ] as [(String, RevisionActivity.State, Int?, Int, Int, RevisionActivity.State)]
    )
    func condition(
        name: String,
        from: RevisionActivity.State,
        wanted: Int?,
        ready: Int,
        needed: Int,
        to: RevisionActivity.State
    ) {
        var activity = RevisionActivity(from, since: .zero)
        activity.update(wanted: wanted, ready: ready, needed: needed, at: .seconds(5))
        #expect(activity.state == to, "\(name)")
        #expect(activity.since == (from == to ? .zero : .seconds(5)), "\(name)")
    }
}
