import HTTPWire
import NIOCore
import Telemetry
import Timekeeping

/// The request that a client connection is occupied with.
struct ClientRequest {
    /// Bytes of its head at the front of `inbound`, as long as it was not forwarded.
    var headLength = 0
    var target: LoopTarget?
    var strippedPrefix = 0
    /// When its head was complete.
    var since = MonotonicInstant.zero
    var body = BodyTracker.none
    var method = HTTPMethod.other
    var version = HTTPVersion.http11
    var keepsAlive = true
    var expectsContinue = false
    var upgrade = UpgradeRequest.none
    var hasWaited = false
    /// Bytes of a head have arrived.
    var isHeadBegun = false
    /// Connections that were tried.
    var attempts = 0
    /// The response's status, once its head went to the client.
    var answeredStatus = 0
    /// Whether the request may be sent twice: it changes nothing, and has no body.
    var isReplayable = false
    /// The head, as long as the request may have to be sent once more.
    var replay: ByteBuffer?
    /// How the cold start went that this request waited for.
    var coldStart: ColdStart?

    var isHead: Bool { self.method == .head }

    init() {}

    init(head: borrowing RequestHead, headLength: Int, now: MonotonicInstant) {
        self.headLength = headLength
        self.since = now
        self.body = BodyTracker(head.framing)
        self.version = head.version
        self.keepsAlive = head.isKeepAlive
        self.expectsContinue = head.expectsContinue
        self.upgrade = head.upgrade
        self.isHeadBegun = true
        switch head.method {
        case .get, .head, .options, .trace, .put, .delete:
            self.isReplayable = self.body.isComplete && head.upgrade == .none
        default: break
        }
        self.method = head.method
    }

    /// Whether everything of the request can have come, now that its sender sends no more.
    ///
    /// - Parameter bytesAhead: Bytes that were read but not forwarded, the head included if it was not either.
    func canBeWhole(bytesAhead: Int) -> Bool {
        if self.body.isComplete { return true }
        guard self.headLength > 0 else { return false }
        guard case .length(let remaining) = self.body.framing else { return bytesAhead > self.headLength }
        return UInt64(max(0, bytesAhead - self.headLength)) >= remaining
    }

    mutating func noteGrant(by endpoint: ReplicaEndpoint, now: MonotonicInstant) {
        guard let readiness = endpoint.firstReadiness, readiness.at > self.since else { return }
        self.coldStart = ColdStart(
            wait: now.seconds(since: self.since),
            schedule: max(0, endpoint.appearedAt.seconds(since: self.since)),
            start: readiness.at.seconds(since: max(endpoint.appearedAt, self.since)),
            replicaTiming: readiness.serverTiming,
            isAnnounced: endpoint.announceOnce()
        )
    }
}

/// The phases of one cold start as one request lived through them, in seconds.
struct ColdStart: Sendable {
    /// From the request's head to its replica.
    let wait: Double
    /// From the request's head until the replica existed.
    let schedule: Double
    /// From there until it answered its first probe.
    let start: Double
    /// What the replica says of its own start-up.
    let replicaTiming: String
    /// This request tells the activity feed of it; the others that waited for the same replica keep quiet.
    let isAnnounced: Bool

    /// The response fields that tell the client.
    var fields: String { "x-pilotlight-cold-start: true\r\nserver-timing: \(self.timing)\r\n" }

    /// The phases in the syntax of a `Server-Timing` field, milliseconds.
    var timing: String {
        var timing = "wait;dur=\(Self.milliseconds(self.wait)), schedule;dur=\(Self.milliseconds(self.schedule))"
        timing += ", start;dur=\(Self.milliseconds(self.start))"
        if !self.replicaTiming.isEmpty { timing += ", \(self.replicaTiming)" }
        return timing
    }

    private static func milliseconds(_ seconds: Double) -> String {
        let tenths = Int((seconds * 10_000).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
}
