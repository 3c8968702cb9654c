import NIOCore

/// Writes the answer to a V1 predict request: `{"predictions": [...]}`.
struct V1ResponseWriter {
    let interface: ModelInterface

    /// One output becomes the list of predictions itself, several become one object a row, as TensorFlow Serving does.
    func write(_ tensors: [Tensor], wanted: [WantedOutput]) throws(InferenceError) -> AnswerBody {
        precondition(tensors.count == wanted.count, "\(tensors.count) tensors for \(wanted.count) outputs")
        let views = zip(tensors, wanted).map { TensorView($0, name: self.interface.outputs[$1.index].name) }
        var text = JSONText(capacity: 64 + tensors.reduce(0) { $0 + $1.elementCount * 12 })
        text.append("{\"predictions\":")
        if views.count == 1 {
            try text.append(nested: views[0])
        } else {
            try Self.appendRows(of: views, to: &text)
        }
        text.append("}")
        return AnswerBody(bytes: text.buffer)
    }

    private static func appendRows(of views: [TensorView], to text: inout JSONText) throws(InferenceError) {
        let counts = Set(views.map { $0.shape.first })
        guard counts.count == 1, let count = counts.first ?? nil else {
            throw InferenceError(
                .failed,
                "the outputs \(views.map { "'\($0.name)'" }.joined(separator: ", ")) have no rows in common; "
                    + "serve one of them with --output, or use the V2 protocol"
            )
        }
        text.append("[")
        for row in 0..<count {
            text.append(row == 0 ? "{" : ",{")
            for (index, view) in views.enumerated() {
                if index > 0 { text.append(",") }
                text.append(quoted: view.name)
                text.append(":")
                try text.append(nested: view.row(row))
            }
            text.append("}")
        }
        text.append("]")
    }
}
