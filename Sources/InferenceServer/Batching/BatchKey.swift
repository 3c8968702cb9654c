/// What requests must have in common to be run as one: the shape of a row of every input, and the outputs.
struct BatchKey: Equatable {
    private let rowShapes: [[Int]]
    private let outputs: [Int]

    /// The key of a request and its number of rows; `nil` when it must be run by itself.
    ///
    /// A model takes batches if the first dimension of all its inputs and of the wanted outputs varies. What else that
    /// dimension might mean to it, a length in time for example, is for `BatchTrial` to find out.
    static func of(_ request: InferenceRequest, interface: ModelInterface) -> (key: BatchKey, rows: Int)? {
        guard let rows = request.inputs.first?.shape.first, rows > 0 else { return nil }
        guard zip(interface.inputs, request.inputs).allSatisfy({ $0.hasRows && $1.shape.first == rows }) else {
            return nil
        }
        let outputs = request.outputs.map(\.index)
        guard outputs.allSatisfy({ interface.outputs[$0].hasRows }) else { return nil }
        let shapes = request.inputs.map { Array($0.shape.dropFirst()) }
        return (BatchKey(rowShapes: shapes, outputs: outputs), rows)
    }
}

extension TensorDescription {
    /// Whether the first dimension varies.
    var hasRows: Bool { self.shape.first == -1 }
}

extension ModelInterface {
    /// Whether requests might be run together: batches need an input and an output whose first dimension varies.
    var hasRows: Bool {
        !self.inputs.isEmpty && self.inputs.allSatisfy(\.hasRows) && self.outputs.contains(where: \.hasRows)
    }
}
