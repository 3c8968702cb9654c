/// Takes tensors from the bytes behind the JSON of a V2 request, in the order of its inputs.
///
/// The protocol's bytes are little-endian, as are all machines that ONNX Runtime is built for, so they are copied.
struct BinaryTensorReader {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    var remaining: Int { self.bytes.count - self.position }
    var isAtEnd: Bool { self.remaining == 0 }

    mutating func tensor(
        name: String,
        datatype: Datatype,
        shape: [Int],
        elementCount: Int,
        byteCount: Int
    ) throws(InferenceError) -> Tensor {
        guard byteCount <= self.remaining else {
            throw InferenceError(
                .invalidInput,
                "input '\(name)' says that it has \(byteCount) bytes, and \(self.remaining) are left in the body"
            )
        }
        let raw = UnsafeRawBufferPointer(
            rebasing: UnsafeRawBufferPointer(self.bytes)[self.position...].prefix(byteCount)
        )
        self.position += byteCount
        guard let width = datatype.byteWidth else {
            return Tensor(shape: shape, strings: try Self.strings(in: raw, name: name, count: elementCount))
        }
        let (needed, overflow) = elementCount.multipliedReportingOverflow(by: width)
        guard !overflow, needed == byteCount else {
            throw InferenceError(
                .invalidInput,
                "input '\(name)' has \(byteCount) bytes, and \(elementCount) elements of \(datatype.rawValue) take "
                    + (overflow ? "more than can be counted" : "\(needed)")
            )
        }
        let memory = TensorMemory(copying: raw)
        if datatype == .bool { Self.normaliseTruths(memory.bytes) }
        return Tensor(datatype, shape: shape, memory: memory)
    }

    /// Each string comes behind its length in four bytes.
    private static func strings(
        in raw: UnsafeRawBufferPointer,
        name: String,
        count: Int
    ) throws(InferenceError) -> StringTable {
        var strings = StringTable()
        // A length alone takes four bytes, so there cannot be more strings than that.
        strings.reserve(count: min(count, raw.count / 4), byteCount: raw.count)
        var position = 0
        while position < raw.count {
            guard raw.count - position >= 4 else {
                throw InferenceError(.invalidInput, "input '\(name)' ends within the length of a string")
            }
            let length = Int(UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: position, as: UInt32.self)))
            position += 4
            guard length <= raw.count - position else {
                throw InferenceError(
                    .invalidInput,
                    "string \(strings.count) of input '\(name)' has \(length) bytes, and \(raw.count - position) are "
                        + "left"
                )
            }
            strings.append(raw[position..<(position + length)])
            position += length
        }
        guard strings.count == count else {
            throw InferenceError(
                .invalidInput,
                "input '\(name)' has \(strings.count) strings, and its shape needs \(count)"
            )
        }
        return strings
    }

    /// To C++, a truth value that is neither 0 nor 1 is undefined behaviour.
    private static func normaliseTruths(_ bytes: UnsafeMutableRawBufferPointer) {
        for index in bytes.indices where bytes[index] > 1 { bytes[index] = 1 }
    }
}
