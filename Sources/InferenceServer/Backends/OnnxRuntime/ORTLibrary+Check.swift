import COnnxRuntime

/// What ONNX Runtime said when it refused a call.
struct OnnxRuntimeFailure: Error, Equatable {
    /// ONNX Runtime's own number: 1 fail, 2 invalid argument, 3 no such file, 6 runtime exception, and more.
    let code: Int32
    let message: String

    static let failed: Int32 = 1
    static let invalidArgument: Int32 = 2

    init(code: Int32, message: String) {
        self.code = code
        self.message = Self.withoutOrigin(message)
    }

    /// Some messages begin with a place in the library's source, `[ONNXRuntimeError] : 1 : FAIL : ` before the sentence.
    private static func withoutOrigin(_ message: String) -> String {
        var sentence = message[...]
        if let marker = sentence.firstRange(of: "[ONNXRuntimeError] : ") {
            let parts = sentence[marker.upperBound...].split(separator: " : ", maxSplits: 2)
            if let last = parts.last, parts.count == 3 { sentence = last }
        }
        while let last = sentence.last, last.isWhitespace { sentence.removeLast() }
        return String(sentence)
    }
}

extension ORTLibrary {
    /// Turns a status into an error and frees it.
    @inline(__always)
    func check(_ status: ORTStatus) throws(OnnxRuntimeFailure) {
        guard status.pointer != nil else { return }
        throw self.failure(status)
    }

    @inline(never)
    private func failure(_ status: ORTStatus) -> OnnxRuntimeFailure {
        defer { ORTStatusRelease(self, status) }
        return OnnxRuntimeFailure(
            code: ORTStatusCode(self, status),
            message: String(cString: ORTStatusMessage(self, status))
        )
    }
}
