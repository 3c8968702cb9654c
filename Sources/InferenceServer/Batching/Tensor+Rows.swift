extension Tensor {
    /// Tensors of one datatype and one shape of rows, one behind another along the first dimension.
    static func joining(_ tensors: [Tensor]) -> Tensor {
        guard let first = tensors.first else { preconditionFailure("no tensors to join") }
        var shape = first.shape
        shape[0] = tensors.reduce(0) { $0 + $1.shape[0] }
        guard let width = first.datatype.byteWidth else {
            return Tensor(shape: shape, strings: StringTable(joining: tensors.compactMap(\.stringTable)))
        }
        let memory = TensorMemory(byteCount: Tensor.elementCount(of: shape) * width)
        var position = 0
        for tensor in tensors {
            guard case .fixedWidth(let part) = tensor.contents else { continue }
            UnsafeMutableRawBufferPointer(rebasing: memory.bytes[position..<(position + part.bytes.count)])
                .copyMemory(from: UnsafeRawBufferPointer(part.bytes))
            position += part.bytes.count
        }
        return Tensor(first.datatype, shape: shape, memory: memory)
    }

    /// Some rows, in the memory of the whole.
    func rows(_ range: Range<Int>) -> Tensor {
        var shape = self.shape
        shape[0] = range.count
        let size = Tensor.elementCount(of: Array(self.shape.dropFirst()))
        let elements = (range.lowerBound * size)..<(range.upperBound * size)
        switch self.contents {
        case .fixedWidth(let memory):
            let width = self.datatype.byteWidth ?? 1
            let bytes = memory.bytes[(elements.lowerBound * width)..<(elements.upperBound * width)]
            let part = TensorMemory(UnsafeMutableRawBufferPointer(rebasing: bytes), ownedBy: memory)
            return Tensor(self.datatype, shape: shape, memory: part)
        case .strings(let table):
            return Tensor(shape: shape, strings: table.slice(elements))
        }
    }

    private var stringTable: StringTable? {
        guard case .strings(let table) = self.contents else { return nil }
        return table
    }
}

extension StringTable {
    init(joining tables: [StringTable]) {
        self.init()
        self.reserve(
            count: tables.reduce(0) { $0 + $1.count },
            byteCount: tables.reduce(0) { $0 + $1.bytes.count }
        )
        for table in tables {
            for index in 0..<table.count { self.append(table[index]) }
        }
    }

    func slice(_ range: Range<Int>) -> StringTable {
        var slice = StringTable()
        for index in range { slice.append(self[index]) }
        return slice
    }
}
