import COnnxRuntime

extension Datatype {
    /// The datatype of an ONNX element type; `nil` for one that the protocols have no name for, such as complex
    /// numbers.
    init?(onnxElementType: Int32) {
        guard let match = Self.allCases.first(where: { $0.onnxElementType == onnxElementType }) else { return nil }
        self = match
    }

    var onnxElementType: Int32 {
        let type =
            switch self {
            case .bool: ORTElementBool
            case .uint8: ORTElementUInt8
            case .uint16: ORTElementUInt16
            case .uint32: ORTElementUInt32
            case .uint64: ORTElementUInt64
            case .int8: ORTElementInt8
            case .int16: ORTElementInt16
            case .int32: ORTElementInt32
            case .int64: ORTElementInt64
            case .float16: ORTElementFloat16
            case .bfloat16: ORTElementBFloat16
            case .float32: ORTElementFloat
            case .float64: ORTElementDouble
            case .bytes: ORTElementString
            }
        return Int32(type)
    }
}
