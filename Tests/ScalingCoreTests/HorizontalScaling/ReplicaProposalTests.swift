import ScalingCore
import Testing

/// The numbered rows are Kubernetes's own tests of its replica calculator.
@Suite("Replicas by metric")
struct ReplicaProposalTests {
    typealias Replica = ResourceProposal.Replica
    static let tenth = MetricProposal.Tolerance()

    struct CPURow: Sendable, CustomTestStringConvertible {
        var name: String
        var usages: [Double?]
        var unready: Set<Int> = []
        var percent: Double
        var to: Int
        var testDescription: String { self.name }
    }

    static let cpuRows: [CPURow] = [
        CPURow(name: "217", usages: [0.3, 0.5, 0.7], percent: 30, to: 5),
        CPURow(name: "218 first unready", usages: [0.3, 0.5, 0.7], unready: [0], percent: 30, to: 4),
        CPURow(name: "219 only the first ready", usages: [0.4, 0.5, 0.7], unready: [1, 2], percent: 30, to: 3),
        CPURow(name: "220", usages: [0.1, 0.3, 0.5, 0.25, 0.25], percent: 50, to: 3),
        CPURow(
            name: "221 last two unready",
            usages: [0.1, 0.3, 0.5, 0.25, 0.25],
            unready: [3, 4],
            percent: 50,
            to: 2
        ),
        CPURow(name: "222 two missing", usages: [0.4, 0.095, nil, nil], percent: 100, to: 3),
        CPURow(name: "missing ones are idle on the way up", usages: [0.9, nil], percent: 50, to: 2),
        CPURow(name: "a tenth is tolerated", usages: [0.54, 0.54], percent: 50, to: 2),
        CPURow(name: "more is not", usages: [0.56, 0.56], percent: 50, to: 3),
    ]

    @Test("processor use, in per cent of the request", arguments: Self.cpuRows)
    func processor(row: CPURow) {
        let replicas = row.usages.enumerated().map { index, usage in
            Replica(usage: usage, request: 1, isReady: !row.unready.contains(index))
        }
        let proposal = ResourceProposal.replicas(
            replicas,
            target: .utilization(row.percent),
            current: row.usages.count,
            tolerance: Self.tenth
        )
        #expect(proposal?.replicas == row.to)
    }

    @Test("nothing is proposed where nothing is known")
    func processorUnknown() {
        for replicas in [[], [Replica(usage: nil, request: 1)], [Replica(usage: 1, request: 0)]] {
            #expect(
                ResourceProposal.replicas(replicas, target: .utilization(50), current: 2, tolerance: Self.tenth) == nil
            )
        }
    }

    @Test("223: pods, on average")
    func pods() {
        let replicas = [20_000.0, 10_000, 30_000].map { Replica(usage: $0, request: 0) }
        let proposal = ResourceProposal.replicas(
            replicas,
            target: .average(15_000),
            current: 3,
            tolerance: Self.tenth
        )
        #expect(proposal?.replicas == 4)
    }

    struct ValueRow: Sendable, CustomTestStringConvertible {
        var name: String
        var value: Double
        var target: Double
        var ready: Int
        var current: Int
        /// What Kubernetes makes of it, and what we do.
        var kubernetes: Int
        var ours: Int
        var testDescription: String { self.name }
    }

    static let valueRows: [ValueRow] = [
        ValueRow(name: "224", value: 20_000, target: 15_000, ready: 3, current: 3, kubernetes: 4, ours: 4),
        ValueRow(name: "225", value: 50_000, target: 10_000, ready: 1, current: 3, kubernetes: 5, ours: 5),
        ValueRow(
            name: "226: an overload takes nothing away",
            value: 8600,
            target: 4400,
            ready: 1,
            current: 3,
            kubernetes: 2,
            ours: 3
        ),
        ValueRow(name: "227", value: 8600, target: 14_334, ready: 5, current: 5, kubernetes: 3, ours: 3),
        ValueRow(name: "230 tolerance", value: 8600, target: 8888, ready: 3, current: 3, kubernetes: 3, ours: 3),
        ValueRow(name: "from zero", value: 25, target: 10, ready: 0, current: 0, kubernetes: 3, ours: 3),
        ValueRow(name: "none ready", value: 25, target: 10, ready: 0, current: 2, kubernetes: 0, ours: 3),
    ]

    @Test("a value for all", arguments: Self.valueRows)
    func value(row: ValueRow) {
        let exact = MetricProposal.kubernetesValue(
            row.value,
            target: row.target,
            current: row.current,
            ready: row.ready,
            tolerance: Self.tenth
        )
        #expect(exact.replicas == row.kubernetes)
        let ours = MetricProposal.value(
            row.value,
            target: row.target,
            current: row.current,
            ready: row.ready,
            tolerance: Self.tenth
        )
        #expect(ours.replicas == row.ours)
    }

    @Test(
        "228 and 229: an average, and no more for what arithmetic adds",
        arguments: [
            (8600.0, 2150.0, 3, 4), (8600, 2867, 5, 3), (1.1, 0.1, 1, 11), (0.7, 0.1, 1, 7), (0, 10, 5, 0),
            (10.5, 10, 1, 1),
            (11.5, 10, 1, 2), (-5, 10, 3, 0),
        ]
    )
    func average(value: Double, target: Double, current: Int, replicas: Int) {
        let proposal = MetricProposal.average(value, target: target, current: current, tolerance: Self.tenth)
        #expect(proposal.replicas == replicas)
    }

    @Test("our tolerance holds back one replica, not a tenth of a hundred")
    func absoluteTolerance() {
        let absolute = MetricProposal.Tolerance(mostReplicas: 1)
        let many = MetricProposal.average(1090, target: 10, current: 100, tolerance: Self.tenth)
        #expect(many.replicas == 100 && many.isTolerated)
        #expect(MetricProposal.average(1090, target: 10, current: 100, tolerance: absolute).replicas == 109)
        #expect(MetricProposal.average(1005, target: 10, current: 100, tolerance: absolute).replicas == 100)
    }
}
