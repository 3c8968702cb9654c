import COnnxRuntime

/// Reads the library's description of a tensor.
enum OnnxRuntimeTensorInfo {
    /// ONNX's number of the element type, and the length of every dimension, -1 for one that varies.
    static func read(
        _ info: ORTTensorInfo,
        _ table: ORTLibrary
    ) throws(OnnxRuntimeFailure) -> (elementType: Int32, shape: [Int]) {
        var type: Int32 = 0
        var rank = 0
        try table.check(ORTTensorInfoElementType(table, info, &type))
        try table.check(ORTTensorInfoRank(table, info, &rank))
        guard rank > 0 else { return (type, []) }
        var dimensions = [Int64](repeating: 0, count: rank)
        try table.check(ORTTensorInfoDimensions(table, info, &dimensions, rank))
        return (type, dimensions.map(Int.init))
    }
}
