/// Values of one type in row-major order.
///
/// A tensor belongs to the request that it came with and stays on that request's worker thread.
public struct Tensor {
    public enum Contents {
        /// `elementCount` times the datatype's width, in the machine's byte order.
        case fixedWidth(TensorMemory)
        case strings(StringTable)
    }

    public let datatype: Datatype
    /// Length of every dimension, none negative; empty for a single value without dimensions.
    public let shape: [Int]
    public let contents: Contents

    /// Numbers or truth values in memory that holds exactly as many as the shape says.
    public init(_ datatype: Datatype, shape: [Int], memory: TensorMemory) {
        precondition(
            datatype.byteWidth.map { $0 * Self.elementCount(of: shape) } == memory.bytes.count,
            "\(memory.bytes.count) bytes are no \(datatype.rawValue) tensor of shape \(shape)"
        )
        self.datatype = datatype
        self.shape = shape
        self.contents = .fixedWidth(memory)
    }

    public init(shape: [Int], strings: StringTable) {
        precondition(strings.count == Self.elementCount(of: shape), "\(strings.count) strings in shape \(shape)")
        self.datatype = .bytes
        self.shape = shape
        self.contents = .strings(strings)
    }

    public var elementCount: Int { Self.elementCount(of: self.shape) }

    static func elementCount(of shape: [Int]) -> Int { shape.reduce(1, *) }

    /// The number of elements of a shape that a stranger wrote, or `nil` when it is negative somewhere or too large
    /// to count.
    static func checkedElementCount(of shape: [Int]) -> Int? {
        var count = 1
        for length in shape {
            guard length >= 0 else { return nil }
            let (product, overflow) = count.multipliedReportingOverflow(by: length)
            guard !overflow else { return nil }
            count = product
        }
        return count
    }
}
