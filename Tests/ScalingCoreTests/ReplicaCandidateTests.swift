import ScalingCore
import Testing
import Timekeeping

@Suite("Replicas to stop")
struct ReplicaCandidateTests {
    static func replica(
        _ name: String,
        inFlight: Int = 0,
        isReady: Bool = true,
        created: Double = 0
    ) -> ReplicaCandidate {
        ReplicaCandidate(
            name: name,
            inFlightRequests: inFlight,
            isReady: isReady,
            createdAt: .seconds(created)
        )
    }

    @Test("one that serves nobody goes before one that works, the least loaded before the loaded")
    func idleFirst() {
        let replicas = [
            Self.replica("busy", inFlight: 9),
            Self.replica("idle"),
            Self.replica("lightly-loaded", inFlight: 1),
            Self.replica("starting", isReady: false),
        ]
        #expect(
            ReplicaCandidate.victims(among: replicas, desired: 0) == ["starting", "idle", "lightly-loaded", "busy"]
        )
        #expect(ReplicaCandidate.victims(among: replicas, desired: 2) == ["starting", "idle"])
    }

    @Test("among equals the newest goes, and the name decides the rest")
    func newestFirst() {
        let replicas = [
            Self.replica("old", created: 1), Self.replica("twin-b", created: 5), Self.replica("twin-a", created: 5),
        ]
        #expect(ReplicaCandidate.victims(among: replicas, desired: 1) == ["twin-a", "twin-b"])
    }

    @Test("never more than needed", arguments: [(4, 0), (3, 0), (2, 1), (0, 3), (-1, 3)])
    func neverMore(desired: Int, count: Int) {
        let replicas = [Self.replica("a"), Self.replica("b"), Self.replica("c")]
        #expect(ReplicaCandidate.victims(among: replicas, desired: desired).count == count)
    }
}
