import SimulationKit
import StructuredData

extension ScenarioReader {
    func workload(_ reader: TableReader) -> WorkloadModel? {
        guard let kind = reader.chosen, let inner = reader.object(kind) else { return nil }
        switch kind {
        case "poisson": return inner.positiveMeasure("rate").map { .open(RenewalProcess.poisson(rate: $0)) }
        case "renewal": return .open(RenewalProcess(interarrival: inner.law("interarrival")))
        case "closed":
            return .closed(ClosedLoop(clients: max(inner.count("clients"), 1), think: inner.law("think")))
        default: preconditionFailure("the workload '\(kind)' has no reader")
        }
    }
}
