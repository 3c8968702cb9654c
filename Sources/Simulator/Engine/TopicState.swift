/// Messages of a topic or queue that nobody has fetched, and who may fetch which.
struct TopicState {
    let model: QueueModel
    /// One list a partition, or a single one.
    var partitions: [RequestList]
    /// Position of the replica that reads each partition; -1: nobody.
    var owner: [Int]
    /// While consumers agree on their partitions nobody fetches.
    var isRebalancing = false
    var epoch: UInt16 = 0
    var rebalances: UInt64 = 0
    /// Messages fetched and not done.
    var fetched = 0
    var waiting = 0
    var polledAt: Int64 = 0

    init(_ model: QueueModel) {
        self.model = model
        self.partitions = Array(repeating: RequestList(), count: max(1, model.partitions))
        self.owner = Array(repeating: -1, count: max(1, model.partitions))
    }

    var isShared: Bool { self.model.partitions == 0 }
    var lag: Int { self.waiting + self.fetched }
}
