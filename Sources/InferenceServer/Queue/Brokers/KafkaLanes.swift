import MessageTransport
import Synchronization

/// The partitions that are ours, each under a number that is new every time it comes.
final class KafkaLanes: Sendable {
    private struct State {
        var epochs: [Int32: Int] = [:]
        var lastEpoch = 0
    }

    private let topic: String
    private let holder: any LaneHolder
    private let state = Mutex(State())

    init(topic: String, holder: any LaneHolder) {
        self.topic = topic
        self.holder = holder
    }

    /// - Returns: `nil` when the partition is not ours, or not any more.
    func lane(of partition: Int32) -> MessageLane? {
        self.state.withLock { $0.epochs[partition].map { MessageLane(number: partition, epoch: $0) } }
    }

    /// - Returns: What is to be committed before partitions go.
    func changed(_ change: KafkaConsumer.AssignmentChange) -> [KafkaPosition] {
        switch change {
        case .assigned(let partitions):
            self.state.withLock { state in
                for partition in partitions {
                    state.lastEpoch += 1
                    state.epochs[partition.index] = state.lastEpoch
                }
            }
            return []
        case .revoked(let partitions):
            return self.positions(self.holder.leaving(self.remove(partitions)))
        case .lost(let partitions):
            self.holder.lost(self.remove(partitions))
            return []
        }
    }

    /// Kafka wants the offset of the next message, not of the last.
    func positions(_ positions: [MessagePosition]) -> [KafkaPosition] {
        positions.map { position in
            KafkaPosition(
                partition: KafkaPartition(topic: self.topic, index: position.lane.number),
                offset: position.number + 1
            )
        }
    }

    private func remove(_ partitions: [KafkaPartition]) -> [MessageLane] {
        self.state.withLock { state in
            partitions.compactMap { partition in
                state.epochs.removeValue(forKey: partition.index).map {
                    MessageLane(number: partition.index, epoch: $0)
                }
            }
        }
    }
}
