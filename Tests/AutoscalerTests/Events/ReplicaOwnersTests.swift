import KubernetesClient
import Testing
import Timekeeping

@testable import Autoscaler

@Suite("ReplicaOwners")
struct ReplicaOwnersTests {
    private func key(_ name: String, _ namespace: String = "default") -> ObjectKey {
        ObjectKey(namespace: namespace, name: name)
    }

    private func replica(_ name: String) -> ReplicaSnapshot {
        ReplicaSnapshot(name: name, isReady: true, createdAt: .zero)
    }

    @Test("a pod belongs to the Deployment all of whose labels it has, in its namespace") func match() {
        var owners = ReplicaOwners()
        _ = owners.setSelector(["app": "web", "tier": "front"], of: self.key("front"))
        _ = owners.setSelector(["app": "web", "tier": "back"], of: self.key("back"))
        _ = owners.setSelector(["app": "web"], of: self.key("other", "elsewhere"))
        let back = owners.place(self.key("p1"), labels: ["app": "web", "tier": "back", "x": "y"], self.replica("p1"))
        #expect(back == self.key("back"))
        let nobody = owners.place(self.key("p2"), labels: ["app": "web"], self.replica("p2"))
        #expect(nobody == nil)
    }

    @Test("a pod that came before its Deployment is handed over with it") func stray() {
        var owners = ReplicaOwners()
        let early = owners.place(self.key("p1"), labels: ["app": "web"], self.replica("p1"))
        #expect(early == nil)
        let found = owners.setSelector(["app": "web"], of: self.key("web"))
        #expect(found.map(\.name) == ["p1"])
        #expect(owners.owner(of: self.key("p1")) == self.key("web"))
        let again = owners.setSelector(["app": "web"], of: self.key("web"))
        #expect(again.isEmpty)
    }

    @Test("a pod that is gone is forgotten, owned or not") func removal() {
        var owners = ReplicaOwners()
        _ = owners.place(self.key("p1"), labels: ["app": "web"], self.replica("p1"))
        let nobody = owners.remove(self.key("p1"))
        #expect(nobody == nil)
        let found = owners.setSelector(["app": "web"], of: self.key("web"))
        #expect(found.isEmpty)
    }

    @Test("a Deployment without a selector owns nothing") func noSelector() {
        var owners = ReplicaOwners()
        _ = owners.setSelector([:], of: self.key("web"))
        let owner = owners.place(self.key("p1"), labels: ["app": "web"], self.replica("p1"))
        #expect(owner == nil)
    }
}
