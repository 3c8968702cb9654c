/// The element types of the V2 protocol, under the names it gives them.
public enum Datatype: String, Sendable, CaseIterable {
    case bool = "BOOL"
    case uint8 = "UINT8"
    case uint16 = "UINT16"
    case uint32 = "UINT32"
    case uint64 = "UINT64"
    case int8 = "INT8"
    case int16 = "INT16"
    case int32 = "INT32"
    case int64 = "INT64"
    case float16 = "FP16"
    case bfloat16 = "BF16"
    case float32 = "FP32"
    case float64 = "FP64"
    /// Strings of bytes, each with its own length.
    case bytes = "BYTES"

    /// Bytes of one element, or `nil` for `BYTES`, whose elements have lengths of their own.
    @inlinable
    public var byteWidth: Int? {
        switch self {
        case .bool, .uint8, .int8: 1
        case .uint16, .int16, .float16, .bfloat16: 2
        case .uint32, .int32, .float32: 4
        case .uint64, .int64, .float64: 8
        case .bytes: nil
        }
    }

    /// Half-precision numbers travel in binary form only: the protocol gives them no JSON form.
    @inlinable
    public var isBinaryOnly: Bool { self == .float16 || self == .bfloat16 }
}
