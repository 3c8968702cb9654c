import KubernetesClient
import StructuredData
import Testing

extension ContractCase {
    static let watching = [
        ContractCase("a watch from a list's version tells all that happened since, in order") { contract in
            _ = try await contract.create(contract.settings("before"))
            let seen = try await contract.events {
                let object = try await contract.create(contract.settings("a"))
                let change: JSONValue = ["data": ["value": "2"]]
                _ = try await contract.api.patch(.configMap, object.key, merge: change, subresource: nil)
                try await contract.api.delete(.configMap, object.key, uid: nil)
                _ = try await contract.create(contract.settings("end"))
            }
            #expect(seen == ["added a", "modified a", "deleted a"])
        },
        ContractCase("a watch continues from any version it has told") { contract in
            let first = try await contract.create(contract.settings("a"))
            _ = try await contract.create(contract.settings("b"))
            _ = try await contract.create(contract.settings("end"))
            let stream = try await contract.api.watch(
                .configMap,
                namespace: contract.namespace,
                selector: .everything,
                from: first.resourceVersion ?? ""
            )
            var names: [String] = []
            for try await event in stream {
                names.append(event.object.name)
                if event.object.name == "end" { break }
            }
            #expect(names == ["b", "end"])
        },
        ContractCase("for a selector, an object comes and goes with its labels") { contract in
            let selector = LabelSelector(["tier": "front"])
            let seen = try await contract.events(selector: selector) {
                let object = try await contract.create(contract.settings("a"))
                for tier in ["front", "front", "back"] {
                    let change: JSONValue = ["metadata": ["labels": ["tier": .string(tier)]]]
                    _ = try await contract.api.patch(.configMap, object.key, merge: change, subresource: nil)
                }
                let change: JSONValue = ["metadata": ["labels": ["tier": "front"]]]
                _ = try await contract.api.patch(.configMap, object.key, merge: change, subresource: nil)
                let value: JSONValue = ["data": ["value": "2"]]
                _ = try await contract.api.patch(.configMap, object.key, merge: value, subresource: nil)
                try await contract.api.delete(.configMap, object.key, uid: nil)
                _ = try await contract.create(contract.settings("end", labels: ["tier": "front"]))
            }
            #expect(seen == ["added a", "deleted a", "added a", "modified a", "deleted a"])
        },
        ContractCase("a deletion carries the object's last state") { contract in
            let object = try await contract.create(contract.settings("a", value: "last"))
            let stream = try await contract.api.watch(
                .configMap,
                namespace: contract.namespace,
                selector: .everything,
                from: object.resourceVersion ?? ""
            )
            try await contract.api.delete(.configMap, object.key, uid: nil)
            var events = stream.makeAsyncIterator()
            guard case .deleted(let last) = try await events.next() else {
                Issue.record("a deletion was expected")
                return
            }
            #expect(last.uid == object.uid)
            #expect(last.json["data"]?["value"] == "last")
            #expect(last.resourceVersion != object.resourceVersion)
        },
        ContractCase("a watch sees only its namespace") { contract in
            let seen = try await contract.events(.configMap) {
                var elsewhere = contract.settings("elsewhere")
                elsewhere.namespace = "default"
                elsewhere.name = "contract-elsewhere-\(contract.namespace)"
                let object = try await contract.create(elsewhere)
                try await contract.api.delete(.configMap, object.key, uid: nil)
                _ = try await contract.create(contract.settings("end"))
            }
            #expect(seen == [])
        },
    ]
}
