@testable import InferenceServer

extension Tensor {
    /// The elements, which must be of this type.
    func elements<Element: BitwiseCopyable>(as type: Element.Type = Element.self) -> [Element] {
        guard case .fixedWidth(let memory) = self.contents else { return [] }
        return Array(UnsafeRawBufferPointer(memory.bytes).assumingMemoryBound(to: Element.self))
    }

    var strings: [String] {
        guard case .strings(let table) = self.contents else { return [] }
        return (0..<table.count).map { String(decoding: table[$0], as: UTF8.self) }
    }

    static func of<Element: BitwiseCopyable>(_ datatype: Datatype, _ shape: [Int], _ elements: [Element]) -> Tensor {
        let memory = elements.withUnsafeBytes { TensorMemory(copying: $0) }
        return Tensor(datatype, shape: shape, memory: memory)
    }

    static func of(_ shape: [Int], strings: [String]) -> Tensor {
        var table = StringTable()
        for string in strings { table.append(Array(string.utf8)) }
        return Tensor(shape: shape, strings: table)
    }
}

/// Runs `body` on the bytes of a text that may end anywhere: the memory behind it is another page's.
func withBytes<Result>(of text: String, _ body: (UnsafeBufferPointer<UInt8>) throws -> Result) rethrows -> Result {
    try Array(text.utf8).withUnsafeBufferPointer(body)
}

/// The error that `body` throws.
func inferenceError(_ body: () throws -> Void) -> InferenceError? {
    do {
        try body()
        return nil
    } catch {
        return error as? InferenceError
    }
}
