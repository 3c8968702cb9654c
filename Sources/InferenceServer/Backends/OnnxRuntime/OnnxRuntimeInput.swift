import COnnxRuntime

/// Makes the library's values of tensors.
enum OnnxRuntimeInput {
    /// A value that reads the tensor's own memory, which must outlive it; strings are copied.
    static func value(of tensor: Tensor, library: OnnxRuntimeLibrary) throws(OnnxRuntimeFailure) -> ORTValue {
        let table = library.table
        let dimensions = tensor.shape.map(Int64.init)
        var value = ORTValue()
        switch tensor.contents {
        case .fixedWidth(let memory):
            try table.check(
                ORTCreateTensor(
                    table,
                    library.memoryInfo,
                    memory.bytes.baseAddress,
                    memory.bytes.count,
                    dimensions,
                    dimensions.count,
                    tensor.datatype.onnxElementType,
                    &value
                )
            )
        case .strings(let strings):
            try table.check(
                ORTCreateOwnedTensor(
                    table,
                    library.allocator,
                    dimensions,
                    dimensions.count,
                    tensor.datatype.onnxElementType,
                    &value
                )
            )
            do {
                try Self.fill(value, with: strings, table)
            } catch {
                ORTValueRelease(table, value)
                throw error
            }
        }
        return value
    }

    private static func fill(
        _ value: ORTValue,
        with strings: StringTable,
        _ table: ORTLibrary
    ) throws(OnnxRuntimeFailure) {
        for index in 0..<strings.count {
            let string = strings[index]
            var buffer: UnsafeMutablePointer<CChar>?
            try table.check(ORTStringBuffer(table, value, index, string.count, &buffer))
            guard let buffer, !string.isEmpty else { continue }
            UnsafeMutableRawBufferPointer(start: buffer, count: string.count).copyBytes(from: string)
        }
    }
}
