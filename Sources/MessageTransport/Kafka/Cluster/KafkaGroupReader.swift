import CRdkafka
import Foundation
import Synchronization

/// How far consumer groups have come, asked for many groups at once without waiting for any.
final class KafkaGroupReader: Sendable {
    /// What a group committed, by partition; without those to which it never committed.
    typealias Committed = [KafkaPartition: Int64]

    private struct Question: Hashable {
        let group: String
        /// `nil` for all that the group ever committed to.
        let partitions: [KafkaPartition]?
    }

    private struct State {
        var pending: [UInt: Question] = [:]
        /// Who waits for one question; a second asker joins the first.
        var answers: [Question: [Answer<Committed>]] = [:]
        var nextNumber: UInt = 1
        var isStopped = false
    }

    private let state = Mutex(State())
    private let client: KafkaClient
    private let queue: KafkaOwnedQueue
    private let requestLimit: Duration

    init(_ client: KafkaClient, requestLimit: Duration) throws(MessagingError) {
        guard let queue = KafkaOwnedQueue(client.table.rd_kafka_queue_new(client.handle.pointer), client) else {
            throw MessagingError(.full, "no memory for a Kafka client")
        }
        self.client = client
        self.queue = queue
        self.requestLimit = requestLimit
        let thread = Thread { [self] in self.run() }
        thread.name = "kafka-groups"
        thread.stackSize = 512 * 1024
        thread.start()
    }

    /// Lets the thread go, which keeps this object until then.
    func stop() {
        let left = self.state.withLock { state in
            state.isStopped = true
            defer { state.answers = [:] }
            return state.answers.values.flatMap(\.self)
        }
        left.forEach { $0.deliver(.failure(MessagingError(.closed, "the client was closed"))) }
        self.queue.interrupt()
    }

    /// - Parameter partitions: `nil` for all that the group ever committed to.
    func committed(of group: String, partitions: [KafkaPartition]?) async throws(MessagingError) -> Committed {
        let question = Question(group: group, partitions: partitions?.sorted())
        let answer = Answer<Committed>()
        let number = self.state.withLock { state -> UInt? in
            let isFirst = state.answers[question] == nil
            state.answers[question, default: []].append(answer)
            guard isFirst else { return nil }
            let number = state.nextNumber
            state.nextNumber &+= 1
            state.pending[number] = question
            return number
        }
        if let number {
            do {
                try self.send(question, number: number)
            } catch {
                self.settle(number, .failure(error))
            }
        }
        return try await answer.value()
    }

    private func send(_ question: Question, number: UInt) throws(MessagingError) {
        let table = self.client.table
        let handle = self.client.handle.pointer
        guard let options = table.rd_kafka_AdminOptions_new(handle, RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPOFFSETS) else {
            throw MessagingError(.full, "no memory to ask for the offsets of group '\(question.group)'")
        }
        defer { table.rd_kafka_AdminOptions_destroy(options) }
        _ = table.rd_kafka_AdminOptions_set_request_timeout(options, self.requestLimit.milliseconds(), nil, 0)
        table.rd_kafka_AdminOptions_set_opaque(options, UnsafeMutableRawPointer(bitPattern: number))
        func send(_ list: UnsafePointer<rd_kafka_topic_partition_list_t>?) throws(MessagingError) {
            guard var request = table.rd_kafka_ListConsumerGroupOffsets_new(question.group, list) else {
                throw MessagingError(.invalidSettings, "there can be no group '\(question.group)'")
            }
            defer { table.rd_kafka_ListConsumerGroupOffsets_destroy(request) }
            withUnsafeMutablePointer(to: &request) { pointer in
                pointer.withMemoryRebound(to: OpaquePointer?.self, capacity: 1) {
                    table.rd_kafka_ListConsumerGroupOffsets(handle, $0, 1, options, self.queue.queue.pointer)
                }
            }
        }
        guard let partitions = question.partitions else { return try send(nil) }
        try table.withList(of: partitions) { list throws(MessagingError) in try send(list) }
    }

    private func run() {
        let table = self.client.table
        while !self.state.withLock({ $0.isStopped }) {
            // Errors and statistics come through the main queue, which nobody else serves.
            _ = table.rd_kafka_poll(self.client.handle.pointer, 0)
            guard let event = table.rd_kafka_queue_poll(self.queue.queue.pointer, 1000) else { continue }
            defer { table.rd_kafka_event_destroy(event) }
            let number = UInt(bitPattern: table.rd_kafka_event_opaque(event))
            self.settle(number, self.read(event, number))
        }
    }

    private func read(_ event: OpaquePointer, _ number: UInt) -> Result<Committed, MessagingError> {
        let table = self.client.table
        let group = self.state.withLock { $0.pending[number]?.group } ?? ""
        let sentence = "Kafka at \(self.client.subject) did not tell the offsets of group '\(group)'"
        let code = table.rd_kafka_event_error(event)
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
            let words = table.rd_kafka_event_error_string(event).map { String(cString: $0) } ?? table.words(code)
            return .failure(self.client.explained(table.error(code, "\(sentence): \(words)")))
        }
        var count = 0
        guard let result = table.rd_kafka_event_ListConsumerGroupOffsets_result(event),
            let groups = table.rd_kafka_ListConsumerGroupOffsets_result_groups(result, &count), count > 0,
            let first = groups[0]
        else { return .failure(MessagingError(.refused, sentence)) }
        if let error = table.rd_kafka_group_result_error(first) {
            let words = table.rd_kafka_error_string(error).map { String(cString: $0) } ?? ""
            return .failure(table.error(table.rd_kafka_error_code(error), "\(sentence): \(words)"))
        }
        var committed: Committed = [:]
        for (position, code) in table.entries(of: table.rd_kafka_group_result_partitions(first)) {
            guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
                return .failure(table.error(code, "\(sentence) on \(position.partition): \(table.words(code))"))
            }
            if position.offset >= 0 { committed[position.partition] = position.offset }
        }
        return .success(committed)
    }

    private func settle(_ number: UInt, _ result: Result<Committed, MessagingError>) {
        let answers = self.state.withLock { state -> [Answer<Committed>] in
            guard let question = state.pending.removeValue(forKey: number) else { return [] }
            return state.answers.removeValue(forKey: question) ?? []
        }
        answers.forEach { $0.deliver(result) }
    }
}
