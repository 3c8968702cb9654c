import KubernetesClient
import Testing

@testable import Autoscaler

@Suite("WriteLanes")
struct WriteLanesTests {
    private func plan(_ sequence: UInt64, of name: String = "iris", isUrgent: Bool = false) -> ScalePlan {
        ScalePlan(
            target: ObjectKey(namespace: "default", name: name),
            service: "iris",
            sequence: sequence,
            replicas: Int(sequence),
            previous: 0,
            victims: [],
            reprieved: [],
            explanation: "",
            isUrgent: isUrgent
        )
    }

    @Test("of the plans behind one under way only the newest is carried out")
    func newestWins() {
        var lanes = WriteLanes(limit: 8)
        let (first, second, third) = (self.plan(1), self.plan(2), self.plan(3))
        let begun = lanes.enter(first)
        let waits = [lanes.enter(second), lanes.enter(third)]
        #expect(begun == first)
        #expect(waits == [nil, nil])
        let next = lanes.leave(first.target)
        #expect(next == third)
        let last = lanes.leave(first.target)
        #expect(last == nil)
        let anew = lanes.enter(first)
        #expect(anew == first)
    }

    @Test("no more are under way than the limit says, and what a request waits for goes first")
    func limit() {
        var lanes = WriteLanes(limit: 1)
        let first = self.plan(1, of: "a")
        let patient = self.plan(2, of: "b")
        let urgent = self.plan(3, of: "c", isUrgent: true)
        let begun = [lanes.enter(first), lanes.enter(patient), lanes.enter(urgent)]
        #expect(begun == [first, nil, nil])
        let second = lanes.leave(first.target)
        let third = lanes.leave(urgent.target)
        let none = lanes.leave(patient.target)
        #expect([second, third, none] == [urgent, patient, nil])
    }

    @Test("a revision that writes again and again does not keep others from writing")
    func fairness() {
        var lanes = WriteLanes(limit: 1)
        let first = self.plan(1, of: "a")
        let other = self.plan(2, of: "b")
        let again = self.plan(3, of: "a")
        _ = [lanes.enter(first), lanes.enter(other), lanes.enter(again)]
        let second = lanes.leave(first.target)
        let third = lanes.leave(other.target)
        #expect([second, third] == [other, again])
    }
}
