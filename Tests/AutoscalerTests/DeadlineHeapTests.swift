import ServingAPI
import Testing
import Timekeeping

@testable import Autoscaler

@Suite("DeadlineHeap")
struct DeadlineHeapTests {
    @Test("entries come out in the order of their deadlines, whatever order they came in")
    func order() {
        var heap = DeadlineHeap()
        var state: UInt64 = 7
        var expected: [Int64] = []
        for slot in 0..<500 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let due = Int64(state >> 40) % 1000
            expected.append(due)
            heap.push(DeadlineHeap.Entry(due: MonotonicInstant(nanoseconds: due), slot: slot))
        }
        var found: [Int64] = []
        while let entry = heap.popFirst() { found.append(entry.due.nanoseconds) }
        #expect(found == expected.sorted())
        #expect(heap.count == 0)
    }
}
