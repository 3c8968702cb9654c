import CRabbitMQ

extension AMQPTable {
    /// Sorts an error of the library; `attempt` begins the sentence.
    func error(_ status: Int32, _ attempt: String) -> MessagingError {
        let words =
            Self.words(for: status) ?? self.amqp_error_string2(status).map { String(cString: $0) } ?? "error \(status)"
        return MessagingError(Self.kind(of: status), "\(attempt): \(words)")
    }

    /// Where the library says less than it knows.
    private static func words(for status: Int32) -> String? {
        switch status {
        case AMQP_STATUS_SOCKET_ERROR.rawValue: "nobody listens there, or the connection broke off"
        case AMQP_STATUS_HOSTNAME_RESOLUTION_FAILED.rawValue: "the host's name is not known"
        default: nil
        }
    }

    private static func kind(of status: Int32) -> MessagingError.Code {
        switch status {
        case AMQP_STATUS_TIMEOUT.rawValue, AMQP_STATUS_HEARTBEAT_TIMEOUT.rawValue: .timedOut
        case AMQP_STATUS_HOSTNAME_RESOLUTION_FAILED.rawValue, AMQP_STATUS_SOCKET_ERROR.rawValue,
            AMQP_STATUS_CONNECTION_CLOSED.rawValue, AMQP_STATUS_TCP_ERROR.rawValue,
            AMQP_STATUS_SOCKET_CLOSED.rawValue, AMQP_STATUS_SSL_ERROR.rawValue:
            .unreachable
        case AMQP_STATUS_SSL_PEER_VERIFY_FAILED.rawValue, AMQP_STATUS_SSL_HOSTNAME_VERIFY_FAILED.rawValue,
            AMQP_STATUS_SSL_CONNECTION_FAILED.rawValue:
            .unauthorized
        case AMQP_STATUS_NO_MEMORY.rawValue: .full
        default: .refused
        }
    }

    /// Reads the broker's own words from a method that closes a channel or a connection.
    ///
    /// - Returns: The error, and whether it ended the connection rather than the channel.
    func exception(_ method: amqp_method_t, _ attempt: String) -> (error: MessagingError, endsConnection: Bool) {
        guard let decoded = method.decoded else { return (MessagingError(.refused, attempt), true) }
        switch Int(method.id) {
        case Int(AMQPMethodChannelClose):
            let close = decoded.assumingMemoryBound(to: amqp_channel_close_t.self).pointee
            return (Self.error(close.reply_code, close.reply_text, attempt), false)
        case Int(AMQPMethodConnectionClose):
            let close = decoded.assumingMemoryBound(to: amqp_connection_close_t.self).pointee
            return (Self.error(close.reply_code, close.reply_text, attempt), true)
        default:
            return (MessagingError(.refused, "\(attempt): unexpected method \(method.id)"), true)
        }
    }

    private static func error(_ code: UInt16, _ text: amqp_bytes_t, _ attempt: String) -> MessagingError {
        let kind: MessagingError.Code =
            switch code {
            case 320, 541: .unreachable
            case 402, 403, 530: code == 530 ? .notFound : .unauthorized
            case 404: .notFound
            case 311, 506: .full
            default: .refused
            }
        return MessagingError(kind, "\(attempt): \(text.string)")
    }
}
