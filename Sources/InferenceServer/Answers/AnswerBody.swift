import NIOCore

/// An answer's body.
struct AnswerBody: Sendable {
    var bytes: ByteBuffer
    /// Bytes of JSON in front of binary tensors; `nil` when all of it is JSON.
    var jsonLength: Int?
}
