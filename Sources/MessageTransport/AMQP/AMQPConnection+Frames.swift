import CRabbitMQ

/// What the broker sends, sorted by channel.
extension AMQPConnection {
    /// Waits until something may have come, or the thread is wanted, and lets others have their turn.
    func waitForFrame(from session: AMQPSession, until deadline: Deadline) async {
        if self.executor.isWanted {
            await Task.yield()
            return
        }
        // Heartbeats are sent between the waits.
        let limit = min(1000, max(50, (self.settings.heartbeat / 4).milliseconds()))
        let milliseconds = deadline.milliseconds(atMost: limit)
        let bell = session.bell
        _ = self.executor.blocking(interrupt: { bell.ring() }) {
            AMQPWait(session.socket, bell.descriptor, milliseconds)
        }
    }

    /// Takes one frame and sorts it.
    ///
    /// - Returns: `false` when none came in time.
    func takeFrame(from session: AMQPSession, waiting: Duration) throws(MessagingError) -> Bool {
        var frame = amqp_frame_t()
        var time = waiting.timeValue
        let status = self.table.amqp_simple_wait_frame_noblock(session.pointer, &frame, &time)
        if status == AMQP_STATUS_TIMEOUT.rawValue { return false }
        guard status == AMQP_STATUS_OK.rawValue else { throw self.broken(status, "read") }
        guard Int32(frame.frame_type) == AMQP_FRAME_METHOD else { return true }
        try self.sort(frame.payload.method, on: frame.channel, session)
        return true
    }

    private func sort(
        _ method: amqp_method_t,
        on number: UInt16,
        _ session: AMQPSession
    ) throws(MessagingError) {
        switch Int(method.id) {
        case Int(AMQPMethodDeliver): try self.delivered(method, on: number, session)
        case Int(AMQPMethodReturn): try self.returned(method, on: number, session)
        case Int(AMQPMethodAck):
            guard let ack = method.decoded?.assumingMemoryBound(to: amqp_basic_ack_t.self).pointee else { return }
            self.channels[number]?.confirms?.confirmed(ack.delivery_tag, multiple: ack.multiple != 0)
        case Int(AMQPMethodNack):
            guard let nack = method.decoded?.assumingMemoryBound(to: amqp_basic_nack_t.self).pointee else { return }
            self.channels[number]?.confirms?.refused(nack.delivery_tag, multiple: nack.multiple != 0)
        case Int(AMQPMethodCancel):
            self.channels[number]?.consumerTag = nil
            self.channels[number]?.cancelReason = MessagingError(
                .notFound,
                "RabbitMQ at \(self.settings.subject) ended the consumer: its queue was deleted or moved"
            )
        case Int(AMQPMethodChannelClose), Int(AMQPMethodConnectionClose):
            let (error, endsConnection) = self.table.exception(method, "RabbitMQ at \(self.settings.subject)")
            self.refused(error, endsConnection: endsConnection, on: number, session)
            if endsConnection { throw error }
        default: break
        }
        self.table.amqp_maybe_release_buffers_on_channel(session.pointer, number)
    }

    private func delivered(
        _ method: amqp_method_t,
        on number: UInt16,
        _ session: AMQPSession
    ) throws(MessagingError) {
        guard let deliver = method.decoded?.assumingMemoryBound(to: amqp_basic_deliver_t.self).pointee else { return }
        // Copied before the message is read, which may reuse the memory.
        var delivery = AMQPDelivery(
            tag: deliver.delivery_tag,
            isRedelivered: deliver.redelivered != 0,
            exchange: deliver.exchange.string,
            routingKey: deliver.routing_key.string,
            body: []
        )
        (delivery.properties, delivery.body) = try self.readMessage(on: number, session)
        self.channels[number]?.deliveries.append(delivery)
    }

    private func returned(
        _ method: amqp_method_t,
        on number: UInt16,
        _ session: AMQPSession
    ) throws(MessagingError) {
        guard let back = method.decoded?.assumingMemoryBound(to: amqp_basic_return_t.self).pointee else { return }
        let (exchange, routingKey, reason) = (back.exchange.string, back.routing_key.string, back.reply_text.string)
        _ = try self.readMessage(on: number, session)
        self.channels[number]?.confirms?.returned(exchange: exchange, routingKey: routingKey, reason: reason)
    }

    private func readMessage(
        on number: UInt16,
        _ session: AMQPSession
    ) throws(MessagingError) -> (AMQPProperties, [UInt8]) {
        var message = amqp_message_t()
        let reply = self.table.amqp_read_message(session.pointer, number, &message, 0)
        guard reply.reply_type == AMQP_RESPONSE_NORMAL else {
            let status =
                reply.reply_type == AMQP_RESPONSE_LIBRARY_EXCEPTION
                ? reply.library_error : AMQP_STATUS_UNEXPECTED_STATE.rawValue
            throw self.broken(status, "read a message")
        }
        defer { self.table.amqp_destroy_message(&message) }
        return (AMQPProperties(message.properties), message.body.array)
    }

    /// Looks at the outcome of the last call that waited for an answer.
    func checkReply(_ attempt: String, on number: UInt16) throws(MessagingError) {
        let session = try self.usableSession()
        let reply = self.table.amqp_get_rpc_reply(session.pointer)
        switch reply.reply_type {
        case AMQP_RESPONSE_NORMAL:
            return
        case AMQP_RESPONSE_SERVER_EXCEPTION:
            let (error, endsConnection) = self.table.exception(
                reply.reply,
                "cannot \(attempt) at RabbitMQ \(self.settings.subject)"
            )
            self.refused(error, endsConnection: endsConnection, on: number, session)
            throw error
        default:
            throw self.broken(reply.library_error, attempt)
        }
    }

    /// Agrees to what the broker closed, as the protocol wants.
    private func refused(
        _ error: MessagingError,
        endsConnection: Bool,
        on number: UInt16,
        _ session: AMQPSession
    ) {
        if endsConnection {
            var answer = amqp_connection_close_ok_t()
            _ = self.table.amqp_send_method(session.pointer, 0, UInt32(AMQPMethodConnectionCloseOK), &answer)
            self.end(error)
        } else {
            var answer = amqp_channel_close_ok_t()
            _ = self.table.amqp_send_method(session.pointer, number, UInt32(AMQPMethodChannelCloseOK), &answer)
            self.channels[number]?.failure = error
        }
    }
}
