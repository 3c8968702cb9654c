/// Which publications of a channel the broker has not answered yet.
///
/// The broker numbers them by order, and answers one or all up to one. Pure, so that the order of answers can be tested.
struct AMQPConfirms {
    /// Publications that were sent together.
    final class Batch {
        private var settled: [Result<Void, MessagingError>?]
        private var missing: Int

        init(count: Int) {
            self.settled = Array(repeating: nil, count: count)
            self.missing = count
        }

        var isSettled: Bool { self.missing == 0 }

        func fates(orElse error: MessagingError) -> [Result<Void, MessagingError>] {
            self.settled.map { $0 ?? .failure(error) }
        }

        func settle(_ index: Int, _ fate: Result<Void, MessagingError>) {
            guard self.settled[index] == nil else { return }
            self.settled[index] = fate
            self.missing -= 1
        }
    }

    private struct Entry {
        let tag: UInt64
        let exchange: String
        let routingKey: String
        let batch: Batch
        let index: Int
        /// Set when no queue took the message; the broker confirms such a message all the same.
        var returned: MessagingError?
    }

    /// By tag, oldest first.
    private var pending: [Entry] = []
    private var lastTag: UInt64 = 0

    var pendingCount: Int { self.pending.count }

    mutating func published(_ publication: AMQPPublication, batch: Batch, index: Int) {
        self.lastTag += 1
        self.pending.append(
            Entry(
                tag: self.lastTag,
                exchange: publication.exchange,
                routingKey: publication.routingKey,
                batch: batch,
                index: index
            )
        )
    }

    /// No queue took a message; which one the broker says only by where it was to go.
    mutating func returned(exchange: String, routingKey: String, reason: String) {
        let first = self.pending.firstIndex {
            $0.returned == nil && $0.exchange == exchange && $0.routingKey == routingKey
        }
        guard let first else { return }
        let target = exchange.isEmpty ? "queue '\(routingKey)'" : "exchange '\(exchange)', key '\(routingKey)'"
        self.pending[first].returned = MessagingError(.notFound, "no queue took a message for \(target): \(reason)")
    }

    mutating func confirmed(_ tag: UInt64, multiple: Bool) {
        self.settle(tag, multiple: multiple) { $0.returned.map { .failure($0) } ?? .success(()) }
    }

    mutating func refused(_ tag: UInt64, multiple: Bool) {
        self.settle(tag, multiple: multiple) { entry in
            .failure(
                MessagingError(.full, "RabbitMQ did not take a message for '\(entry.routingKey)': its queue is full")
            )
        }
    }

    private mutating func settle(_ tag: UInt64, multiple: Bool, _ fate: (Entry) -> Result<Void, MessagingError>) {
        var kept: [Entry] = []
        for entry in self.pending {
            if entry.tag == tag || multiple && (entry.tag < tag || tag == 0) {
                entry.batch.settle(entry.index, fate(entry))
            } else {
                kept.append(entry)
            }
        }
        self.pending = kept
    }
}
