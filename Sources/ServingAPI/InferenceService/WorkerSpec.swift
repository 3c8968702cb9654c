import StructuredData

/// The further nodes of a model that is spread over several.
public struct WorkerSpec: Sendable, Equatable {
    public var pod: PodFields
    public var pipelineParallelSize: Int?
    public var tensorParallelSize: Int?

    init(reading reader: FieldReader) {
        self.pod = PodFields(reading: reader)
        self.pipelineParallelSize = reader.int("pipelineParallelSize")
        self.tensorParallelSize = reader.int("tensorParallelSize")
        reader.refuseUnknownMembers()
    }

    var json: JSONValue {
        .object(
            ofPresent: [
                ("pipelineParallelSize", self.pipelineParallelSize.map { JSONValue($0) }),
                ("tensorParallelSize", self.tensorParallelSize.map { JSONValue($0) }),
            ] + self.pod.members
        )
    }
}
