import NIOCore
import Timekeeping

/// What a consumer holds, and what it does next, as a plain value.
///
/// A message goes taken -> answered -> published -> acknowledged. It may leave the way only where its lane is lost, after
/// which somebody else has it.
struct ConsumerState: Sendable {
    enum Publication {
        case publish([Outgoing])
        /// Nothing to do before this instant, or before something is answered.
        case wait(until: MonotonicInstant?)
        /// The consumer stops, and everything is done.
        case end
    }

    let limits: ConsumerLimits
    private var ledger = MessageLedger()
    /// Answered and to be published, in order.
    private var outbox: [Outgoing] = []
    /// How many times in a row publishing failed, and when to try again.
    private(set) var failures = 0
    private var retryAt: MonotonicInstant?
    private(set) var isStopping = false
    private var isTaking = false
    /// Whether the broker takes acknowledgements, as far as is known.
    private(set) var isAcknowledging = true

    init(limits: ConsumerLimits) {
        self.limits = limits
    }

    // MARK: Taking

    /// How many messages may be taken now.
    ///
    /// None while nothing can be published: what is held back here is kept from replicas that are better off. But with
    /// nothing left to try again, because it went to somebody else meanwhile, one message finds out whether it works
    /// again. None either while nothing can be acknowledged: all of it would be done once more by somebody else.
    var room: Int {
        guard !self.isStopping, self.isAcknowledging else { return 0 }
        guard self.failures == 0 else { return self.ledger.inFlight == 0 ? 1 : 0 }
        guard self.ledger.inFlight == 0 || self.ledger.bytesInFlight < self.limits.maximumBytesInFlight else {
            return 0
        }
        return max(0, self.limits.maximumInFlight - self.ledger.inFlight)
    }

    var inFlight: Int { self.ledger.inFlight }

    /// The broker is about to be asked, and what it gives will be ours until `endTaking`.
    ///
    /// - Returns: How many messages may be taken; `nil` when no more ever will.
    mutating func beginTaking() -> Int? {
        guard !self.hasNothingLeft else { return nil }
        self.isTaking = true
        return self.room
    }

    mutating func endTaking() { self.isTaking = false }

    /// - Returns: Whether the message is to be worked on; not if it is already.
    mutating func took(_ message: QueueMessage) -> Bool {
        self.ledger.taken(message.position, bytes: message.body.readableBytes)
    }

    func isOurs(_ message: QueueMessage) -> Bool { self.ledger.isOurs(message.position) }

    mutating func lost(_ lanes: [MessageLane]) {
        self.ledger.lost(lanes)
        // What could not be acknowledged went with its lane.
        if !self.ledger.hasAcknowledgements { self.isAcknowledging = true }
        self.outbox.removeAll { !self.ledger.isOurs($0.origin.position) }
    }

    func inFlight(on lanes: [MessageLane]) -> Int { self.ledger.inFlight(on: lanes) }

    var hasAcknowledgements: Bool { self.ledger.hasAcknowledgements }

    /// What can be acknowledged, each position once.
    mutating func takeAcknowledgements(of lanes: [MessageLane]? = nil) -> [MessagePosition] {
        self.ledger.takeAcknowledgements(of: lanes)
    }

    mutating func unacknowledged(_ positions: [MessagePosition]) {
        self.ledger.unacknowledged(positions)
        self.isAcknowledging = !self.ledger.hasAcknowledgements
    }

    mutating func acknowledged() { self.isAcknowledging = true }

    /// Nothing more is to be taken.
    mutating func stop() { self.isStopping = true }

    /// Whether the consumer stops and has nothing under way.
    var hasNothingLeft: Bool { self.isStopping && self.ledger.inFlight == 0 }

    /// Whether the consumer may go: what the broker is being asked for, it may still give.
    var isDone: Bool { self.hasNothingLeft && !self.isTaking }

    // MARK: Publishing

    mutating func answered(_ answers: [Outgoing]) {
        self.outbox.reserveCapacity(self.outbox.count + answers.count)
        for outgoing in answers where self.ledger.isOurs(outgoing.origin.position) { self.outbox.append(outgoing) }
    }

    /// What the publisher does next; after `publish` it must say what became of it.
    mutating func nextPublication(now: MonotonicInstant) -> Publication {
        if let retryAt, now < retryAt { return .wait(until: retryAt) }
        guard !self.outbox.isEmpty else { return self.isDone ? .end : .wait(until: nil) }
        guard self.outbox.count > self.limits.maximumInFlight else {
            defer { self.outbox = [] }
            return .publish(self.outbox)
        }
        defer { self.outbox.removeFirst(self.limits.maximumInFlight) }
        return .publish(Array(self.outbox.prefix(self.limits.maximumInFlight)))
    }

    /// The broker has answered for what was published.
    ///
    /// - Returns: What the broker will never take, to be put into another form and answered again.
    mutating func published(
        _ messages: [Outgoing],
        _ outcomes: [PublishOutcome],
        now: MonotonicInstant
    ) -> [(outgoing: Outgoing, reason: String)] {
        precondition(messages.count == outcomes.count, "\(outcomes.count) outcomes of \(messages.count) messages")
        var refused: [(Outgoing, String)] = []
        var failed: [Outgoing] = []
        for (message, outcome) in zip(messages, outcomes) {
            switch outcome {
            case .confirmed:
                self.ledger.settled(message.origin.position, bytes: message.origin.body.readableBytes)
            case .refused(let reason) where message.stage != .last: refused.append((message, reason))
            // The last form of a message has nowhere else to go.
            case .refused, .failed: if self.ledger.isOurs(message.origin.position) { failed.append(message) }
            }
        }
        self.outbox.insert(contentsOf: failed, at: 0)
        self.failures = failed.isEmpty ? 0 : self.failures + 1
        self.retryAt = failed.isEmpty ? nil : now.advanced(by: .seconds(self.retrySeconds))
        return refused
    }

    /// Doubles with every failure.
    private var retrySeconds: Double {
        var seconds = self.limits.firstRetrySeconds
        for _ in 1..<min(max(1, self.failures), 32) { seconds = min(seconds * 2, self.limits.lastRetrySeconds) }
        return seconds
    }
}
