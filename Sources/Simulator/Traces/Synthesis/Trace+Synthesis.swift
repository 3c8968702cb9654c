public import SimulationKit
import Timekeeping

extension Trace {
    /// A trace made up from processes, one service each.
    ///
    /// - Parameters:
    ///   - duration: Seconds of work; `nil`: not known.
    ///   - requestLimit: The trace ends early when it has so many requests.
    public static func synthetic(
        name: String,
        services: [(name: String, process: any ArrivalProcess)],
        seconds: Double,
        duration: Distribution? = nil,
        seed: UInt64,
        requestLimit: Int = 100_000_000
    ) -> Trace {
        var requests: [TraceRequest] = []
        for (index, service) in services.enumerated() {
            let context = ArrivalContext(seed: seed, replication: 0, entity: index, horizon: .seconds(seconds))
            var source = service.process.source(context)
            var sizes = context.stream(.requestSize)
            while requests.count < requestLimit, let arrival = source.next(), arrival.at < .seconds(seconds) {
                var request = TraceRequest(arrival: arrival.at.nanoseconds, service: Int32(index))
                if let duration { request.duration = duration.sampleNanoseconds(&sizes) }
                requests.append(request)
            }
        }
        let order = requests.indices.sorted { (requests[$0].arrival, $0) < (requests[$1].arrival, $1) }
        return Trace(
            name: name,
            format: .synthetic,
            services: services.map { TraceService(name: $0.name) },
            content: .requests(order.map { requests[$0] }),
            durationSeconds: seconds
        )
    }
}
