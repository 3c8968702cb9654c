import StructuredData
import Testing
import Timekeeping

@testable import ScalingCore

@Suite("A decision explains itself")
struct ScalingDecisionTests {
    static func decision(_ change: (inout ScalingDecision) -> Void) -> ScalingDecision {
        var decision = ScalingDecision(
            configuration: .init(target: 7, total: 10),
            observation: .init(ready: 5, startingSince: [.zero, .zero], waitingRequests: 3, inFlightRequests: 20)
        )
        change(&decision)
        return decision
    }

    @Test("in one sentence with the numbers")
    func sentence() {
        let grown = Self.decision {
            $0.desiredReplicas = 13
            $0.previousReplicas = 7
            $0.wantedReplicas = 13
            $0.stableValue = 87.504
            $0.limitSet = [.panic, .maxScale]
        }
        #expect(
            grown.explanation
                == "13 replicas instead of 7; the last 60 s averaged 87.5 requests in flight, which needs 13 at 7 "
                + "each, 5 ready and 2 starting; in panic, because the replicas ready and starting are too few for a "
                + "burst; no more, by the maximum scale."
        )
        let fromZero = Self.decision {
            $0.desiredReplicas = 4
            $0.previousReplicas = 0
            $0.wantedReplicas = 4
            $0.driver = .queue
            $0.limitSet = [.queue]
        }
        #expect(
            fromZero.explanation
                == "4 replicas instead of 0; 3 requests wait and 20 are in flight with no replica ready, "
                + "which needs 4 at 7 each."
        )
        let idle = Self.decision {
            $0.desiredReplicas = 1
            $0.previousReplicas = 1
            $0.wantedReplicas = 0
            $0.stableValue = 0
            $0.idleSeconds = 41.26
            $0.limitSet = [.idleTooShort]
        }
        #expect(
            idle.explanation
                == "1 replica; no load in the last 60 s; one stays, because 41.3 s without load are too few."
        )
    }

    @Test("every limit has words or is said by the rest", arguments: ScalingLimit.allCases)
    func limits(limit: ScalingLimit) {
        let decision = Self.decision { $0.limitSet = [limit] }
        #expect(decision.limits == [limit])
        #expect(decision.isLimited(by: limit))
        #expect(decision.clause(limit) != nil || limit == .queue)
    }

    @Test("limits are told in one order, each once")
    func order() {
        var limits: LimitSet = [.maxScale, .unknownLoad]
        limits.insert(.recentPeak)
        limits.insert(.maxScale)
        #expect(limits.limits == [.unknownLoad, .recentPeak, .maxScale])
        #expect(Set(ScalingLimit.allCases.map(\.ordinal)).count == ScalingLimit.allCases.count)
    }

    @Test("in JSON, where unknown is null")
    func json() {
        let decision = Self.decision {
            $0.stableValue = 12.5
            $0.isPanicking = true
            $0.limitSet = [.unknownLoad]
        }
        let json = decision.json
        #expect(json["desiredReplicas"] == .null)
        #expect(json["panicValue"] == .null)
        #expect(json["stableValue"] == 12.5)
        #expect(json["mode"] == "panic")
        #expect(json["limits"] == ["unknownLoad"])
        #expect(json["startingReplicas"] == 2)
        #expect(json["reason"] == .string(decision.explanation))
    }

    @Test(
        "numbers are written as a sentence wants them",
        arguments: [
            (5.0, 2, "5"), (17.272727, 2, "17.27"), (0.005, 2, "0.01"), (-0.5, 2, "-0.5"), (-0.001, 2, "0"),
            (1234.5, 1, "1234.5"), (0.05, 1, "0.1"), (1e300, 2, "1e+300"), (.infinity, 2, "inf"), (1.999, 0, "2"),
        ]
    )
    func numbers(value: Double, digits: Int, text: String) {
        #expect(NumberText.of(value, digits: digits) == text)
    }
}
