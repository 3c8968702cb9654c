import KubernetesClient
import Testing

@testable import Autoscaler

@Suite("PollLanes")
struct PollLanesTests {
    private func job(_ number: Int) -> PollJob {
        PollJob(object: ObjectKey(namespace: "default", name: "q\(number)"), build: 1, trigger: 0)
    }

    private let kafka = PollLanes.Lane(type: "kafka", isTroubled: false)

    @Test("a row works on so many at once, and the rest follows in order") func order() {
        var lanes = PollLanes(limit: 2)
        let began = (0..<4).map { lanes.enter(self.job($0), self.kafka) }
        #expect(began == [true, true, false, false])
        let next = (0..<4).map { _ in lanes.leave(self.kafka) }
        #expect(next == [self.job(2), self.job(3), nil, nil])
        let again = lanes.enter(self.job(9), self.kafka)
        #expect(again)
    }

    @Test("a row that is full holds up neither another type nor those of its type that are well") func isolation() {
        var lanes = PollLanes(limit: 1)
        let troubled = PollLanes.Lane(type: "kafka", isTroubled: true)
        let cron = PollLanes.Lane(type: "cron", isTroubled: false)
        let began = [(0, troubled), (1, troubled), (2, self.kafka), (3, cron)].map { lanes.enter(self.job($0), $1) }
        #expect(began == [true, false, true, true])
    }
}
