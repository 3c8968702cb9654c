import NIOCore

/// Writes the answer to a V2 infer request.
struct V2ResponseWriter {
    let modelName: String
    let modelVersion: String
    let interface: ModelInterface

    func write(_ tensors: [Tensor], wanted: [WantedOutput], id: String) throws(InferenceError) -> AnswerBody {
        precondition(tensors.count == wanted.count, "\(tensors.count) tensors for \(wanted.count) outputs")
        var text = JSONText(capacity: 256 + tensors.reduce(0) { $0 + $1.elementCount * 12 })
        text.append("{\"model_name\":")
        text.append(quoted: self.modelName)
        text.append(",\"model_version\":")
        text.append(quoted: self.modelVersion)
        text.append(",\"id\":")
        text.append(quoted: id)
        text.append(",\"outputs\":[")
        for (index, output) in wanted.enumerated() {
            if index > 0 { text.append(",") }
            try self.write(tensors[index], output, to: &text)
        }
        text.append("]}")

        guard wanted.contains(where: \.isBinary) else { return AnswerBody(bytes: text.buffer) }
        var bytes = text.buffer
        let jsonLength = bytes.readableBytes
        for (tensor, output) in zip(tensors, wanted) where output.isBinary { Self.append(tensor, to: &bytes) }
        return AnswerBody(bytes: bytes, jsonLength: jsonLength)
    }

    private func write(_ tensor: Tensor, _ output: WantedOutput, to text: inout JSONText) throws(InferenceError) {
        let name = self.interface.outputs[output.index].name
        text.append("{\"name\":")
        text.append(quoted: name)
        text.append(",\"shape\":[")
        for (index, length) in tensor.shape.enumerated() {
            if index > 0 { text.append(",") }
            text.append(raw: String(length))
        }
        text.append("],\"datatype\":\"")
        text.append(raw: tensor.datatype.rawValue)
        if output.isBinary {
            text.append("\",\"parameters\":{\"binary_data_size\":")
            text.append(raw: String(Self.binarySize(of: tensor)))
            text.append("}}")
            return
        }
        guard !tensor.datatype.isBinaryOnly else {
            throw InferenceError(
                .invalidInput,
                "output '\(name)' is \(tensor.datatype.rawValue), which has no JSON form; ask for binary data"
            )
        }
        text.append("\",\"data\":")
        try text.append(flat: TensorView(tensor, name: name))
        text.append("}")
    }

    private static func binarySize(of tensor: Tensor) -> Int {
        switch tensor.contents {
        case .fixedWidth(let memory): memory.bytes.count
        case .strings(let strings): strings.bytes.count + 4 * strings.count
        }
    }

    private static func append(_ tensor: Tensor, to bytes: inout ByteBuffer) {
        switch tensor.contents {
        case .fixedWidth(let memory): bytes.writeBytes(UnsafeRawBufferPointer(memory.bytes))
        case .strings(let strings):
            for index in 0..<strings.count {
                let string = strings[index]
                bytes.writeInteger(UInt32(truncatingIfNeeded: string.count), endianness: .little)
                bytes.writeBytes(string)
            }
        }
    }
}
