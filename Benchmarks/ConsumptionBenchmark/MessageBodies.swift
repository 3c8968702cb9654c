import NIOCore

/// How a row is written in a message.
enum MessageForm: String, CaseIterable {
    case json = "V1 JSON"
    case binary = "raw tensors"
}

/// Requests for one row each; a few different ones that take turns.
struct MessageBodies: Sendable {
    let form: MessageForm
    let bodies: [ByteBuffer]

    init(form: MessageForm, features: Int) {
        self.form = form
        self.bodies = (0..<64).map { row in
            let numbers = (0..<features).map { Self.number(row * features + $0) }
            switch form {
            case .json:
                return ByteBuffer(string: "{\"instances\": [[\(numbers.map(\.description).joined(separator: ", "))]]}")
            case .binary: return numbers.withUnsafeBytes { ByteBuffer(bytes: $0) }
            }
        }
    }

    var headers: [(name: String, value: String)] {
        self.form == .binary ? [("Inference-Header-Content-Length", "0")] : []
    }

    /// As long as measured values are.
    static func number(_ index: Int) -> Float { Float((index &* 7919) % 9973) / 1000 }
}
