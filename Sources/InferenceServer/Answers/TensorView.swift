/// Writes elements of a tensor as JSON, all of it or one row after another.
struct TensorView {
    let tensor: Tensor
    /// The output's name, for errors.
    let name: String
    /// The elements that are shown; all of them unless this is a row.
    let range: Range<Int>
    let shape: [Int]

    init(_ tensor: Tensor, name: String) {
        self.init(tensor, name: name, range: 0..<tensor.elementCount, shape: tensor.shape)
    }

    private init(_ tensor: Tensor, name: String, range: Range<Int>, shape: [Int]) {
        self.tensor = tensor
        self.name = name
        self.range = range
        self.shape = shape
    }

    var elementCount: Int { self.range.count }

    /// One index of the first dimension.
    func row(_ index: Int) -> TensorView {
        let shape = Array(self.shape.dropFirst())
        let size = Tensor.elementCount(of: shape)
        let start = self.range.lowerBound + index * size
        return TensorView(self.tensor, name: self.name, range: start..<(start + size), shape: shape)
    }

    func write(to text: inout JSONText, shape: [Int]) throws(InferenceError) {
        switch self.tensor.contents {
        case .strings(let strings): try self.write(strings, to: &text, shape: shape)
        case .fixedWidth(let memory): self.write(memory, to: &text, shape: shape)
        }
    }

    private func write(_ memory: TensorMemory, to text: inout JSONText, shape: [Int]) {
        switch self.tensor.datatype {
        case .bool: self.write(Truth.self, memory, &text, shape)
        case .uint8: self.write(UInt8.self, memory, &text, shape)
        case .uint16: self.write(UInt16.self, memory, &text, shape)
        case .uint32: self.write(UInt32.self, memory, &text, shape)
        case .uint64: self.write(UInt64.self, memory, &text, shape)
        case .int8: self.write(Int8.self, memory, &text, shape)
        case .int16: self.write(Int16.self, memory, &text, shape)
        case .int32: self.write(Int32.self, memory, &text, shape)
        case .int64: self.write(Int64.self, memory, &text, shape)
        case .float16: self.write(HalfPrecision.self, memory, &text, shape)
        case .bfloat16: self.write(BrainFloat.self, memory, &text, shape)
        case .float32: self.write(Float.self, memory, &text, shape)
        case .float64: self.write(Double.self, memory, &text, shape)
        case .bytes: preconditionFailure("strings have no fixed width")
        }
    }

    private func write<Element: JSONElement>(
        _ type: Element.Type,
        _ memory: TensorMemory,
        _ text: inout JSONText,
        _ shape: [Int]
    ) {
        let elements = UnsafeRawBufferPointer(memory.bytes).assumingMemoryBound(to: Element.self)
        var next = self.range.lowerBound
        Self.nest(&text, shape[...]) { (text, count) in
            Self.writeRun(UnsafeBufferPointer(rebasing: elements[next..<(next + count)]), to: &text)
            next += count
        }
    }

    /// Elements with commas between them, a thousand at a time, so that room is made once for many.
    private static func writeRun<Element: JSONElement>(
        _ elements: UnsafeBufferPointer<Element>,
        to text: inout JSONText
    ) {
        var start = 0
        while start < elements.count {
            let end = min(start &+ 1024, elements.count)
            text.write(atMost: (end &- start) * (Element.maximumTextLength + 1)) { target in
                var position = 0
                for index in start..<end {
                    if index > 0 {
                        target[position] = UInt8(ascii: ",")
                        position &+= 1
                    }
                    position &+= elements[index].write(to: target + position)
                }
                return position
            }
            start = end
        }
    }

    private func write(_ strings: StringTable, to text: inout JSONText, shape: [Int]) throws(InferenceError) {
        for index in self.range where String(validating: strings[index], as: UTF8.self) == nil {
            throw InferenceError(
                .failed,
                "output '\(self.name)' holds bytes that are no text, which JSON cannot carry; ask for binary data"
            )
        }
        var next = self.range.lowerBound
        Self.nest(&text, shape[...]) { (text, count) in
            for index in next..<(next + count) {
                if index > next { text.append(",") }
                strings[index].withUnsafeBufferPointer { text.append(quoted: $0) }
            }
            next += count
        }
    }

    /// Writes the brackets of nested lists, and asks `run` for the elements of each innermost one.
    private static func nest(_ text: inout JSONText, _ shape: ArraySlice<Int>, _ run: (inout JSONText, Int) -> Void) {
        guard let length = shape.first else { return run(&text, 1) }
        text.append("[")
        if shape.count == 1 {
            run(&text, length)
        } else {
            for index in 0..<length {
                if index > 0 { text.append(",") }
                Self.nest(&text, shape.dropFirst(), run)
            }
        }
        text.append("]")
    }
}

extension JSONText {
    /// Appends all elements in row-major order as one list.
    mutating func append(flat tensor: TensorView) throws(InferenceError) {
        try tensor.write(to: &self, shape: [tensor.elementCount])
    }

    /// Appends the elements as lists within lists, one level a dimension; a tensor without dimensions as a bare value.
    mutating func append(nested tensor: TensorView) throws(InferenceError) {
        try tensor.write(to: &self, shape: tensor.shape)
    }
}
