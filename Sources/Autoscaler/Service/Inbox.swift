import KubernetesClient
import ServingAPI
import StructuredData
import Synchronization
import Timekeeping

/// What waits to be told to the engine, and the bell that says so.
///
/// Any thread may put something in, at once and without waiting. A request that waits comes before everything else; of
/// the batches of one activator only the newest few are kept, because old load is worth nothing.
final class Inbox: Sendable {
    struct Wake: Sendable {
        let revision: RevisionID
        let waiting: Int
        let receivedAt: MonotonicInstant

        /// A revision and the Deployment that it scales bear one name.
        func isAnswered(byScaling target: ObjectKey) -> Bool {
            target.name == self.revision.name && target.namespace == self.revision.namespace
        }
    }

    struct Batch: Sendable {
        let activator: String
        let loads: [LoadReport]
        let receivedAt: MonotonicInstant
    }

    enum Event: Sendable {
        case revisions([InformerChange], receivedAt: MonotonicInstant)
        case pods([InformerChange], isFirstList: Bool, receivedAt: MonotonicInstant)
        case deployments([InformerChange], isFirstList: Bool, receivedAt: MonotonicInstant)
        case scaleEnded(ScalePlan, KubernetesError?)
        case statusEnded(StatusWrite, KubernetesError?)
        case objectStatusEnded(ScaledObjectStatusWrite, KubernetesError?)
        case scaledObject(EventScaling, status: JSONValue)
        case scaledObjectGone(ObjectKey)
        case scaledObjectRefused(ObjectKey, uid: String, message: String)
        case triggerRead(TriggerReport)
        case measured(ObjectKey, [String: Double])
        case triggerActivated(PollJob, Bool)
        case lookEnded(PollLanes.Lane)
    }

    struct Content: Sendable {
        var wakes: [Wake] = []
        var events: [Event] = []
        var batches: [Batch] = []
        var batchesDropped = 0

        var isEmpty: Bool { self.wakes.isEmpty && self.events.isEmpty && self.batches.isEmpty }
    }

    private let content = Mutex(Content())
    private let batchLimit: Int
    private let bell: AsyncStream<Void>.Continuation
    /// Rings after something was put in; one ring may stand for many things.
    let rings: AsyncStream<Void>

    init(batchLimit: Int) {
        self.batchLimit = max(1, batchLimit)
        (self.rings, self.bell) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    func ring() {
        self.bell.yield()
    }

    func put(_ wake: Wake) {
        self.content.withLock { $0.wakes.append(wake) }
        self.ring()
    }

    func put(_ event: Event) {
        self.content.withLock { $0.events.append(event) }
        self.ring()
    }

    func put(_ batch: Batch) {
        self.content.withLock { content in
            content.batches.append(batch)
            guard content.batches.count(where: { $0.activator == batch.activator }) > self.batchLimit,
                let oldest = content.batches.firstIndex(where: { $0.activator == batch.activator })
            else { return }
            content.batches.remove(at: oldest)
            content.batchesDropped += 1
        }
        self.ring()
    }

    /// Takes out everything.
    func empty() -> Content {
        self.content.withLock { content in
            let taken = content
            content = Content()
            return taken
        }
    }
}
