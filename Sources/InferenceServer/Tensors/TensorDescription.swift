/// What a model says of one of its inputs or outputs.
public struct TensorDescription: Sendable, Equatable {
    public let name: String
    public let datatype: Datatype
    /// Length of every dimension; -1 for one that varies.
    public let shape: [Int]

    public init(name: String, datatype: Datatype, shape: [Int]) {
        self.name = name
        self.datatype = datatype
        self.shape = shape
    }

    /// Whether a tensor of this shape may be given.
    func accepts(_ shape: [Int]) -> Bool {
        shape.count == self.shape.count && zip(self.shape, shape).allSatisfy { $0 == -1 || $0 == $1 }
    }
}
