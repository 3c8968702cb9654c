import CRabbitMQ

/// What channels ask of the connection.
extension AMQPConnection {
    func declare(
        _ queue: String,
        isPassive: Bool,
        isDurable: Bool,
        on number: UInt16,
        within limit: Duration
    ) throws(MessagingError) -> AMQPQueueStatus {
        let session = try self.usableSession(for: number)
        session.limitCalls(to: limit)
        let arena = AMQPArena()
        defer { arena.keep() }
        let answer = self.table.amqp_queue_declare(
            session.pointer,
            number,
            arena.bytes(queue),
            isPassive ? 1 : 0,
            isDurable ? 1 : 0,
            0,
            0,
            amqp_table_t()
        )
        guard let answer = answer?.pointee else {
            try self.checkReply(isPassive ? "look at queue '\(queue)'" : "declare queue '\(queue)'", on: number)
            throw MessagingError(.refused, "RabbitMQ did not say how long queue '\(queue)' is")
        }
        let status = AMQPQueueStatus(
            readyMessages: Int(answer.message_count),
            consumers: Int(answer.consumer_count)
        )
        self.table.amqp_maybe_release_buffers_on_channel(session.pointer, number)
        return status
    }

    func consume(_ queue: String, prefetch: UInt16, on number: UInt16, within limit: Duration) throws(MessagingError) {
        let session = try self.usableSession(for: number)
        session.limitCalls(to: limit)
        _ = self.table.amqp_basic_qos(session.pointer, number, 0, prefetch, 0)
        try self.checkReply("set a prefetch of \(prefetch)", on: number)
        let tag = "pilotlight-\(number)"
        let arena = AMQPArena()
        defer { arena.keep() }
        _ = self.table.amqp_basic_consume(
            session.pointer,
            number,
            arena.bytes(queue),
            arena.bytes(tag),
            0,
            0,
            0,
            amqp_table_t()
        )
        try self.checkReply("consume queue '\(queue)'", on: number)
        self.channels[number]?.consumerTag = tag
        self.channels[number]?.cancelReason = nil
    }

    func cancel(on number: UInt16, within limit: Duration) throws(MessagingError) {
        let session = try self.usableSession(for: number)
        guard let tag = self.channels[number]?.consumerTag else { return }
        session.limitCalls(to: limit)
        let arena = AMQPArena()
        defer { arena.keep() }
        _ = self.table.amqp_basic_cancel(session.pointer, number, arena.bytes(tag))
        try self.checkReply("stop consuming", on: number)
        self.channels[number]?.consumerTag = nil
    }

    func acknowledge(_ tag: UInt64, multiple: Bool, on number: UInt16) throws(MessagingError) {
        let session = try self.usableSession(for: number)
        let status = self.table.amqp_basic_ack(session.pointer, number, tag, multiple ? 1 : 0)
        guard status == AMQP_STATUS_OK.rawValue else { throw self.broken(status, "acknowledge") }
    }

    func reject(_ tag: UInt64, multiple: Bool, requeue: Bool, on number: UInt16) throws(MessagingError) {
        let session = try self.usableSession(for: number)
        let status = self.table.amqp_basic_nack(session.pointer, number, tag, multiple ? 1 : 0, requeue ? 1 : 0)
        guard status == AMQP_STATUS_OK.rawValue else { throw self.broken(status, "reject") }
    }

    func closeChannel(_ number: UInt16, within limit: Duration) {
        defer { self.channels[number] = nil }
        guard let session = try? self.usableSession(for: number) else { return }
        session.limitCalls(to: limit)
        let reply = self.table.amqp_channel_close(session.pointer, number, 200)
        if reply.reply_type == AMQP_RESPONSE_LIBRARY_EXCEPTION {
            _ = self.broken(reply.library_error, "close a channel")
        }
    }

    func receive(
        upTo limit: Int,
        waiting: Duration,
        on number: UInt16
    ) async throws(MessagingError) -> [AMQPDelivery] {
        let deadline = Deadline(after: waiting)
        while true {
            let session = try self.usableSession(for: number)
            // What came already is taken along without waiting.
            while self.channels[number]?.deliveries.count ?? limit < limit,
                try self.takeFrame(from: session, waiting: .zero)
            {}
            if let deliveries = self.channels[number]?.takeDeliveries(limit), !deliveries.isEmpty { return deliveries }
            if let reason = self.channels[number]?.cancelReason { throw reason }
            // A frame of the loop above may have closed the channel.
            _ = try self.usableSession(for: number)
            if deadline.isPast || Task.isCancelled { return [] }
            await self.waitForFrame(from: session, until: deadline)
        }
    }

    func watch(for duration: Duration, on number: UInt16) async throws(MessagingError) {
        let deadline = Deadline(after: duration)
        while true {
            let session = try self.usableSession(for: number)
            while try self.takeFrame(from: session, waiting: .zero) {}
            if let reason = self.channels[number]?.cancelReason { throw reason }
            // A frame of the loop above may have closed the channel.
            _ = try self.usableSession(for: number)
            if deadline.isPast || Task.isCancelled { return }
            await self.waitForFrame(from: session, until: deadline)
        }
    }

    func publish(
        _ publications: [AMQPPublication],
        on number: UInt16,
        within limit: Duration
    ) async throws(MessagingError) -> [Result<Void, MessagingError>] {
        let deadline = Deadline(after: limit)
        try self.selectConfirms(on: number, within: limit)
        let batch = AMQPConfirms.Batch(count: publications.count)
        for (index, publication) in publications.enumerated() {
            let session = try self.usableSession(for: number)
            self.channels[number]?.confirms?.published(publication, batch: batch, index: index)
            let status = publication.send(on: number, session, self.table)
            guard status == AMQP_STATUS_OK.rawValue else {
                throw self.broken(status, "publish to '\(publication.routingKey)'")
            }
        }
        while !batch.isSettled, !deadline.isPast, !Task.isCancelled {
            let session = try self.usableSession(for: number)
            while !batch.isSettled, try self.takeFrame(from: session, waiting: .zero) {}
            if batch.isSettled { break }
            await self.waitForFrame(from: session, until: deadline)
        }
        return batch.fates(
            orElse: MessagingError(
                .timedOut,
                "RabbitMQ at \(self.settings.subject) did not confirm within \(limit.inWords)"
            )
        )
    }

    private func selectConfirms(on number: UInt16, within limit: Duration) throws(MessagingError) {
        let session = try self.usableSession(for: number)
        guard self.channels[number]?.confirms == nil else { return }
        session.limitCalls(to: limit)
        _ = self.table.amqp_confirm_select(session.pointer, number)
        try self.checkReply("ask for confirmations", on: number)
        self.channels[number]?.confirms = AMQPConfirms()
    }
}

extension AMQPConnection.Channel {
    mutating func takeDeliveries(_ limit: Int) -> [AMQPDelivery] {
        let taken = Array(self.deliveries.prefix(limit))
        self.deliveries.removeFirst(taken.count)
        return taken
    }
}
