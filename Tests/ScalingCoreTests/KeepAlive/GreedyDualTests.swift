import ScalingCore
import Testing

@Suite("GreedyDual")
struct GreedyDualTests {
    @Test("cheap, large and rarely used goes before dear, small and often used")
    func orderOfEviction() {
        var order = GreedyDual()
        for _ in 0..<5 { order.used(0, cost: 1, size: 1) }
        order.used(1, cost: 1, size: 1)
        order.used(2, cost: 10, size: 1)
        order.used(3, cost: 1, size: 8)
        #expect(order.victim(among: [0, 1, 2, 3]) == 3)
        #expect(order.victim(among: [0, 1, 2]) == 1)
        #expect(order.victim(among: [0, 2]) == 0)
        #expect(order.victim(among: []) == nil)
    }

    @Test("what was evicted ages what was used before it")
    func clockAges() {
        var order = GreedyDual()
        order.used(0, cost: 6, size: 1)
        order.started(0)
        order.used(1, cost: 5, size: 1)
        order.started(1)
        order.evicted(1)
        #expect(order.clock == 5)
        order.used(2, cost: 2, size: 1)
        #expect(order.priority(of: 2) == 7)
        #expect(order.victim(among: [0, 2]) == 0)
    }

    @Test("with its last copy the use of a function is forgotten, not before")
    func frequencyIsForgotten() {
        var order = GreedyDual()
        for _ in 0..<2 {
            order.used(0, cost: 1, size: 1)
            order.started(0)
        }
        order.evicted(0)
        #expect(order.priority(of: 0) == 2)
        order.evicted(0)
        #expect(order.priority(of: 0) == 0)
        order.used(0, cost: 1, size: 1)
        #expect(order.priority(of: 0) == 3)
    }

    @Test("of equals the one that was used longest ago goes first")
    func tiesGoToTheOldest() {
        var order = GreedyDual()
        order.used(4, cost: 1, size: 1)
        order.used(2, cost: 1, size: 1)
        #expect(order.victim(among: [2, 4]) == 4)
    }
}
