import CRdkafka
import Foundation
import Synchronization
import Timekeeping

/// How far consumer groups have come, asked and set for many groups at once without waiting for any.
final class KafkaGroupProgress: Sendable {
    /// What a group committed, by partition; without those to which it never committed.
    typealias Committed = [KafkaPartition: Int64]

    private struct Question: Hashable {
        let group: String
        /// `nil` for all that the group ever committed to; not looked at when there is something to set.
        var partitions: [KafkaPartition]?
        /// What to set, rather than ask.
        var positions: [KafkaPosition] = []
    }

    /// The library's own limit for a request, its longest.
    ///
    /// It must not pass: a request to a coordinator that is given up by the library ends the whole process with a failed
    /// assertion once the coordinator is back, a fault that upstream knows. So requests stay with the library until
    /// they are answered, those who wait are told in time by the thread here, and whoever owns the client makes another
    /// well before the limit.
    private static let libraryLimit = Duration.seconds(3600)
    /// When a request is so old that the client has to go.
    private static let staleAge = Duration.seconds(1800)

    private struct Request {
        let question: Question
        let since: MonotonicInstant
    }

    private struct Waiting {
        let answer: Answer<Committed>
        let deadline: Deadline
    }

    private struct State {
        var pending: [UInt: Request] = [:]
        /// Who waits for one question; a second asker joins the first.
        var answers: [Question: [Waiting]] = [:]
        /// Questions that the library has, whether or not anybody still waits.
        var asked: Set<Question> = []
        var nextNumber: UInt = 1
        var isStopped = false
    }

    /// How soon a passed deadline is noticed.
    private static let turnMilliseconds: Int32 = 250

    private let state = Mutex(State())
    private let client: KafkaClient
    private let queue: KafkaOwnedQueue
    private let requestLimit: Duration
    /// Called, again and again, when the client is to be replaced.
    private let onStale: @Sendable () -> Void

    init(
        _ client: KafkaClient,
        requestLimit: Duration,
        onStale: @escaping @Sendable () -> Void
    ) throws(MessagingError) {
        guard let queue = KafkaOwnedQueue(client.table.rd_kafka_queue_new(client.handle.pointer), client) else {
            throw MessagingError(.full, "no memory for a Kafka client")
        }
        self.client = client
        self.queue = queue
        self.requestLimit = requestLimit
        self.onStale = onStale
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
        left.forEach { $0.answer.deliver(.failure(MessagingError(.closed, "the client was closed"))) }
        self.queue.interrupt()
    }

    /// - Parameter partitions: `nil` for all that the group ever committed to.
    func committed(of group: String, partitions: [KafkaPartition]?) async throws(MessagingError) -> Committed {
        try await self.answer(to: Question(group: group, partitions: partitions?.sorted()))
    }

    /// Sets where a group goes on, which must have no members.
    func set(_ positions: [KafkaPosition], of group: String) async throws(MessagingError) {
        _ = try await self.answer(to: Question(group: group, positions: positions))
    }

    private func answer(to question: Question) async throws(MessagingError) -> Committed {
        let answer = Answer<Committed>()
        let waiting = Waiting(answer: answer, deadline: Deadline(after: self.requestLimit))
        let number = self.state.withLock { state -> UInt? in
            state.answers[question, default: []].append(waiting)
            guard state.asked.insert(question).inserted else { return nil }
            let number = state.nextNumber
            state.nextNumber &+= 1
            state.pending[number] = Request(question: question, since: Deadline.now())
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
        let isSetting = !question.positions.isEmpty
        let operation =
            isSetting ? RD_KAFKA_ADMIN_OP_ALTERCONSUMERGROUPOFFSETS : RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPOFFSETS
        guard let options = table.rd_kafka_AdminOptions_new(handle, operation) else {
            throw MessagingError(.full, "no memory to ask for the offsets of group '\(question.group)'")
        }
        defer { table.rd_kafka_AdminOptions_destroy(options) }
        _ = table.rd_kafka_AdminOptions_set_request_timeout(options, Self.libraryLimit.milliseconds(), nil, 0)
        table.rd_kafka_AdminOptions_set_opaque(options, UnsafeMutableRawPointer(bitPattern: number))
        if isSetting {
            try table.withList(question.positions) { list throws(MessagingError) in
                try self.sendSetting(question.group, list, options)
            }
        } else if let partitions = question.partitions {
            try table.withList(of: partitions) { list throws(MessagingError) in
                try self.sendAsking(question.group, list, options)
            }
        } else {
            try self.sendAsking(question.group, nil, options)
        }
    }

    private func sendAsking(
        _ group: String,
        _ list: UnsafePointer<rd_kafka_topic_partition_list_t>?,
        _ options: OpaquePointer
    ) throws(MessagingError) {
        let table = self.client.table
        guard let request = table.rd_kafka_ListConsumerGroupOffsets_new(group, list) else {
            throw MessagingError(.invalidSettings, "there can be no group '\(group)'")
        }
        defer { table.rd_kafka_ListConsumerGroupOffsets_destroy(request) }
        var requests: OpaquePointer? = request
        table.rd_kafka_ListConsumerGroupOffsets(
            self.client.handle.pointer,
            &requests,
            1,
            options,
            self.queue.queue.pointer
        )
    }

    private func sendSetting(
        _ group: String,
        _ list: UnsafePointer<rd_kafka_topic_partition_list_t>?,
        _ options: OpaquePointer
    ) throws(MessagingError) {
        let table = self.client.table
        guard let request = table.rd_kafka_AlterConsumerGroupOffsets_new(group, list) else {
            throw MessagingError(.invalidSettings, "there can be no group '\(group)'")
        }
        defer { table.rd_kafka_AlterConsumerGroupOffsets_destroy(request) }
        var requests: OpaquePointer? = request
        table.rd_kafka_AlterConsumerGroupOffsets(
            self.client.handle.pointer,
            &requests,
            1,
            options,
            self.queue.queue.pointer
        )
    }

    private func run() {
        let table = self.client.table
        while !self.state.withLock({ $0.isStopped }) {
            // Errors and statistics come through the main queue, which nobody else serves.
            _ = table.rd_kafka_poll(self.client.handle.pointer, 0)
            self.giveUp()
            guard let event = table.rd_kafka_queue_poll(self.queue.queue.pointer, Self.turnMilliseconds) else {
                continue
            }
            defer { table.rd_kafka_event_destroy(event) }
            let number = UInt(bitPattern: table.rd_kafka_event_opaque(event))
            self.settle(number, self.read(event, number))
        }
    }

    /// Tells those whose deadline is past, and sees to it that nothing stays with the library for too long.
    private func giveUp() {
        let now = Deadline.now()
        let (late, isStale) = self.state.withLock { state -> ([(group: String, waiting: Waiting)], Bool) in
            var late: [(group: String, waiting: Waiting)] = []
            for (question, waiting) in state.answers where waiting.contains(where: { $0.deadline.instant <= now }) {
                late += waiting.filter { $0.deadline.instant <= now }.map { (question.group, $0) }
                let left = waiting.filter { $0.deadline.instant > now }
                state.answers[question] = left.isEmpty ? nil : left
            }
            return (late, state.pending.values.contains { now.duration(since: $0.since) > Self.staleAge })
        }
        if isStale { self.onStale() }
        guard !late.isEmpty else { return }
        let problem = self.client.takeProblem()
        for (group, waiting) in late {
            let sentence =
                "Kafka at \(self.client.subject) did not tell the offsets of group '\(group)' within "
                + self.requestLimit.inWords
            let error = self.client.explained(MessagingError(.timedOut, sentence), by: problem)
            waiting.answer.deliver(.failure(error))
        }
    }

    private func read(_ event: OpaquePointer, _ number: UInt) -> Result<Committed, MessagingError> {
        let table = self.client.table
        let group = self.state.withLock { $0.pending[number]?.question.group } ?? ""
        let sentence = "Kafka at \(self.client.subject) did not tell the offsets of group '\(group)'"
        let code = table.rd_kafka_event_error(event)
        guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
            let words = table.rd_kafka_event_error_string(event).map { String(cString: $0) } ?? table.words(code)
            return .failure(self.client.explained(table.error(code, "\(sentence): \(words)")))
        }
        guard let first = self.result(in: event) else { return .failure(MessagingError(.refused, sentence)) }
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

    /// What the event says of its one group; lives as long as the event.
    private func result(in event: OpaquePointer) -> OpaquePointer? {
        let table = self.client.table
        var count = 0
        let groups: UnsafeMutablePointer<OpaquePointer?>?
        if let asked = table.rd_kafka_event_ListConsumerGroupOffsets_result(event) {
            groups = table.rd_kafka_ListConsumerGroupOffsets_result_groups(asked, &count)
        } else if let set = table.rd_kafka_event_AlterConsumerGroupOffsets_result(event) {
            groups = table.rd_kafka_AlterConsumerGroupOffsets_result_groups(set, &count)
        } else {
            groups = nil
        }
        return count > 0 ? groups?[0] : nil
    }

    private func settle(_ number: UInt, _ result: Result<Committed, MessagingError>) {
        let waiting = self.state.withLock { state -> [Waiting] in
            guard let question = state.pending.removeValue(forKey: number)?.question else { return [] }
            state.asked.remove(question)
            return state.answers.removeValue(forKey: question) ?? []
        }
        waiting.forEach { $0.answer.deliver(result) }
    }
}
