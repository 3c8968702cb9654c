import ServingAPI
import Testing
import Timekeeping

@testable import Autoscaler

@Suite("RateBudget")
struct RateBudgetTests {
    @Test("an idle budget lets a second's worth pass at once, then gives each a moment of its own")
    func burstThenPace() {
        var budget = RateBudget(perSecond: 4)
        let moments = (0..<8).map { _ in budget.reserve(now: .seconds(100)).seconds(since: .seconds(100)) }
        #expect(moments == [0, 0, 0, 0, 0, 0.25, 0.5, 0.75])
        #expect(budget.reserve(now: .seconds(200)) == .seconds(200))
    }
}
