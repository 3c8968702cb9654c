import COnnxRuntime

/// A value that ONNX Runtime made, read in place and released with this object.
final class OnnxRuntimeOutput {
    let value: ORTValue
    let library: OnnxRuntimeLibrary

    /// Takes ownership of the value.
    init(value: ORTValue, library: OnnxRuntimeLibrary) {
        self.value = value
        self.library = library
    }

    deinit {
        ORTValueRelease(self.library.table, self.value)
    }

    /// The value as a tensor that reads the runtime's own memory; strings are copied.
    func tensor() throws(OnnxRuntimeFailure) -> Tensor {
        let table = self.library.table
        var info = ORTTensorInfo()
        try table.check(ORTValueTensorInfo(table, self.value, &info))
        defer { ORTTensorInfoRelease(table, info) }
        let (type, shape) = try OnnxRuntimeTensorInfo.read(info, table)
        guard let datatype = Datatype(onnxElementType: type) else {
            throw OnnxRuntimeFailure(
                code: OnnxRuntimeFailure.failed,
                message: "an output has ONNX element type \(type)"
            )
        }
        let count = Tensor.elementCount(of: shape)
        guard let width = datatype.byteWidth else {
            return Tensor(shape: shape, strings: try self.strings(count: count))
        }
        var data: UnsafeMutableRawPointer?
        try table.check(ORTValueData(table, self.value, &data))
        let bytes = UnsafeMutableRawBufferPointer(start: data, count: count * width)
        return Tensor(datatype, shape: shape, memory: TensorMemory(bytes, ownedBy: self))
    }

    private func strings(count: Int) throws(OnnxRuntimeFailure) -> StringTable {
        let table = self.library.table
        var byteCount = 0
        try table.check(ORTStringsByteCount(table, self.value, &byteCount))
        var bytes = [UInt8](repeating: 0, count: byteCount)
        var starts = [Int](repeating: 0, count: count)
        guard count > 0 else { return StringTable() }
        try table.check(ORTStringsContent(table, self.value, &bytes, byteCount, &starts, count))
        return StringTable(bytes: bytes, starts: starts)
    }
}
