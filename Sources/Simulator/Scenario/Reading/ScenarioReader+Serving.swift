import SimulationKit
import StructuredData

extension ScenarioReader {
    func serving(_ reader: TableReader) -> ServingModel? {
        switch reader.chosen {
        case "slots": reader.object("slots").map { .slots(self.slots($0)) }
        case "sharing": reader.object("sharing").map { .sharing(self.sharing($0)) }
        case "batching": reader.object("batching").flatMap { self.batching($0).map { .batching($0) } }
        case "tokens": reader.object("tokens").map { .tokens(self.tokens($0)) }
        default: nil
        }
    }

    private func slots(_ reader: TableReader) -> SlotServing {
        SlotServing(
            slots: reader.count("slots"),
            time: reader.law("time"),
            firstTime: reader.optionalLaw("firstTime")
        )
    }

    private func sharing(_ reader: TableReader) -> SharedServing {
        SharedServing(processors: reader.number("processors"), time: reader.law("time"))
    }

    private func batching(_ reader: TableReader) -> BatchServing? {
        let points = reader.objects("latency").map { point in
            LatencyCurve.Point(size: point.number("batch"), seconds: point.measure("time"))
        }
        guard !points.isEmpty else {
            if reader.has("latency") { reader.report("needs at least one measured batch", at: "latency") }
            return nil
        }
        return BatchServing(
            maxBatch: max(reader.count("maxBatch"), 1),
            maxDelaySeconds: reader.measure("maxDelay"),
            lanes: max(reader.count("lanes"), 1),
            latency: LatencyCurve(points: points, noise: reader.law("noise"))
        )
    }

    private func tokens(_ reader: TableReader) -> TokenServing {
        TokenServing(
            baseSeconds: reader.measure("base"),
            perSequenceSeconds: reader.measure("perSequence"),
            perCachedTokenSeconds: reader.measure("perCachedToken"),
            perPromptTokenSeconds: reader.measure("perPromptToken"),
            maxSequences: max(reader.count("maxSequences"), 1),
            cacheTokens: max(reader.count("cacheTokens"), 1),
            promptChunkTokens: max(reader.count("promptChunk"), 1),
            promptTokens: reader.law("promptTokens"),
            outputTokens: reader.law("outputTokens"),
            isEveryIterationSimulated: reader.flag("everyIteration")
        )
    }
}
