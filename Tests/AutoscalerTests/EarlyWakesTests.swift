import ServingAPI
import Testing
import Timekeeping

@testable import Autoscaler

@Suite("EarlyWakes")
struct EarlyWakesTests {
    @Test("wakes of unknown revisions are kept within a bound, the newest of them")
    func bounded() {
        var wakes = EarlyWakes()
        for number in 0..<2000 {
            wakes.add(RevisionID(namespace: "a", name: "\(number)"), waiting: 1, at: .seconds(Double(number)))
        }
        let oldest = wakes.take(RevisionID(namespace: "a", name: "0"))
        let newest = wakes.take(RevisionID(namespace: "a", name: "1999"))
        let again = wakes.take(RevisionID(namespace: "a", name: "1999"))
        #expect(oldest == nil)
        #expect(newest?.at == .seconds(1999))
        #expect(again == nil)
    }
}
