import ScalingCore
import SimulationKit
import Simulator
import Timekeeping

/// Arrivals at moments that a test names.
struct ListedArrivals: ArrivalProcess {
    var arrivals: [Arrival]

    init(_ arrivals: [Arrival]) {
        self.arrivals = arrivals
    }

    /// Requests at these seconds, each with so many seconds of work.
    init(at seconds: [Double], work: Double) {
        self.arrivals = seconds.map { Arrival(at: .seconds($0), workNanoseconds: Int64(work * 1e9)) }
    }

    func source(_ context: ArrivalContext) -> any ArrivalSource { Source(rest: self.arrivals[...]) }

    private struct Source: ArrivalSource {
        var rest: ArraySlice<Arrival>

        mutating func next() -> Arrival? { self.rest.popFirst() }
    }
}

enum Pieces {
    /// A service of fixed replicas, unless said otherwise.
    static func service(
        _ arrivals: any ArrivalProcess,
        serving: ServingModel = .slots(SlotServing(slots: 1, time: .constant(1))),
        entry: EntryModel = .gateway(GatewayModel()),
        startup: StartupModel = StartupModel(),
        replicas: Int = 1,
        initial: Int? = nil,
        policy: PolicyReference? = nil
    ) -> ServiceModel {
        ServiceModel(
            name: "a",
            workloads: [.open(arrivals)],
            entry: entry,
            serving: serving,
            startup: startup,
            policy: policy ?? PolicyReference(name: "fixed", parameters: ["replicas": .number(Double(replicas))]),
            initialReplicas: initial ?? replicas
        )
    }

    static func run(
        _ service: ServiceModel,
        seconds: Double,
        cluster: ClusterModel? = nil,
        faults: [Fault] = [],
        metrics: MetricPipeline = MetricPipeline(),
        seed: UInt64 = 1
    ) -> RunResult {
        SimulationRun(
            scenario: Scenario(
                name: "test",
                horizonSeconds: seconds,
                services: [service],
                cluster: cluster,
                faults: faults,
                metrics: metrics,
                recording: RecordingOptions(
                    timelineSeconds: 10,
                    hasDecisions: true,
                    hasStarts: true,
                    hasRequests: true
                )
            ),
            seed: seed
        ).run()
    }
}

extension ServiceResult {
    /// When each request was answered, in seconds, in the order of their ends.
    var ends: [Double] { self.requestLog.map { $0.endedAt.seconds(since: .zero) } }
}
