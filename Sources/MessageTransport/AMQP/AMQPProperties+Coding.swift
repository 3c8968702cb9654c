import CRabbitMQ

extension AMQPProperties {
    /// Reads properties that the library lent.
    init(_ raw: amqp_basic_properties_t) {
        func isSet(_ flag: Int32) -> Bool { raw._flags & UInt32(flag) != 0 }
        func text(_ flag: Int32, _ bytes: amqp_bytes_t) -> String? { isSet(flag) ? bytes.string : nil }
        self.init(
            contentType: text(AMQP_BASIC_CONTENT_TYPE_FLAG, raw.content_type),
            contentEncoding: text(AMQP_BASIC_CONTENT_ENCODING_FLAG, raw.content_encoding),
            correlationID: text(AMQP_BASIC_CORRELATION_ID_FLAG, raw.correlation_id),
            replyTo: text(AMQP_BASIC_REPLY_TO_FLAG, raw.reply_to),
            messageID: text(AMQP_BASIC_MESSAGE_ID_FLAG, raw.message_id),
            type: text(AMQP_BASIC_TYPE_FLAG, raw.type),
            applicationID: text(AMQP_BASIC_APP_ID_FLAG, raw.app_id),
            userID: text(AMQP_BASIC_USER_ID_FLAG, raw.user_id),
            expiration: text(AMQP_BASIC_EXPIRATION_FLAG, raw.expiration),
            timestamp: isSet(AMQP_BASIC_TIMESTAMP_FLAG) ? raw.timestamp : nil,
            priority: isSet(AMQP_BASIC_PRIORITY_FLAG) ? raw.priority : nil,
            isPersistent: isSet(AMQP_BASIC_DELIVERY_MODE_FLAG) && raw.delivery_mode == Self.persistentMode,
            headers: isSet(AMQP_BASIC_HEADERS_FLAG) ? [AMQPHeader](raw.headers) : []
        )
    }

    private static let transientMode: UInt8 = 1
    private static let persistentMode: UInt8 = 2

    /// The library's form; its memory is the arena's.
    func raw(in arena: AMQPArena) -> amqp_basic_properties_t {
        var raw = amqp_basic_properties_t()
        func set(_ flag: Int32, _ text: String?, _ field: WritableKeyPath<amqp_basic_properties_t, amqp_bytes_t>) {
            guard let text else { return }
            raw._flags |= UInt32(flag)
            raw[keyPath: field] = arena.bytes(text)
        }
        set(AMQP_BASIC_CONTENT_TYPE_FLAG, self.contentType, \.content_type)
        set(AMQP_BASIC_CONTENT_ENCODING_FLAG, self.contentEncoding, \.content_encoding)
        set(AMQP_BASIC_CORRELATION_ID_FLAG, self.correlationID, \.correlation_id)
        set(AMQP_BASIC_REPLY_TO_FLAG, self.replyTo, \.reply_to)
        set(AMQP_BASIC_MESSAGE_ID_FLAG, self.messageID, \.message_id)
        set(AMQP_BASIC_TYPE_FLAG, self.type, \.type)
        set(AMQP_BASIC_APP_ID_FLAG, self.applicationID, \.app_id)
        set(AMQP_BASIC_USER_ID_FLAG, self.userID, \.user_id)
        set(AMQP_BASIC_EXPIRATION_FLAG, self.expiration, \.expiration)
        if let timestamp {
            raw._flags |= UInt32(AMQP_BASIC_TIMESTAMP_FLAG)
            raw.timestamp = timestamp
        }
        if let priority {
            raw._flags |= UInt32(AMQP_BASIC_PRIORITY_FLAG)
            raw.priority = priority
        }
        raw._flags |= UInt32(AMQP_BASIC_DELIVERY_MODE_FLAG)
        raw.delivery_mode = self.isPersistent ? Self.persistentMode : Self.transientMode
        if !self.headers.isEmpty {
            raw._flags |= UInt32(AMQP_BASIC_HEADERS_FLAG)
            raw.headers = arena.table(self.headers)
        }
        return raw
    }
}

extension AMQPPublication {
    /// Hands the message to the socket.
    ///
    /// - Returns: The library's status.
    func send(on number: UInt16, _ session: AMQPSession, _ table: AMQPTable) -> Int32 {
        let arena = AMQPArena()
        var properties = self.properties.raw(in: arena)
        return self.body.withUnsafeBytes { body in
            withExtendedLifetime(arena) {
                table.amqp_basic_publish(
                    session.pointer,
                    number,
                    arena.bytes(self.exchange),
                    arena.bytes(self.routingKey),
                    self.isMandatory ? 1 : 0,
                    0,
                    &properties,
                    amqp_bytes_t(len: body.count, bytes: UnsafeMutableRawPointer(mutating: body.baseAddress))
                )
            }
        }
    }
}
