import KubernetesClient
import StructuredData
import Testing

extension ContractCase {
    static let deletion = [
        ContractCase("an object without finalizers is gone at once") { contract in
            let object = try await contract.create(contract.settings("a"))
            try await contract.api.delete(.configMap, object.key, uid: nil)
            #expect(await contract.code { _ = try await contract.api.get(.configMap, object.key) } == .notFound)
        },
        ContractCase("an object with a finalizer is marked, and gone once the finalizer is") { contract in
            var object = contract.settings("a")
            object.metadata["finalizers"] = ["example.org/hold"]
            let held = try await contract.create(object)
            let seen = try await contract.events {
                try await contract.api.delete(.configMap, held.key, uid: nil)
                try await contract.api.delete(.configMap, held.key, uid: nil)
                let marked = try await contract.api.get(.configMap, held.key)
                #expect(marked.isDeleting)
                var more = marked
                more.metadata["finalizers"] = ["example.org/hold", "example.org/more"]
                let request = more
                #expect(
                    await contract.code {
                        _ = try await contract.api.update(.configMap, request, subresource: nil)
                    } == .invalid
                )
                let release: JSONValue = ["metadata": ["finalizers": .null]]
                _ = try await contract.api.patch(.configMap, held.key, merge: release, subresource: nil)
                #expect(await contract.code { _ = try await contract.api.get(.configMap, held.key) } == .notFound)
                _ = try await contract.create(contract.settings("end"))
            }
            #expect(seen == ["modified a", "deleted a"])
        },
        ContractCase("what an object owns goes with it, and what that owns too") { contract in
            let owner = try await contract.create(contract.settings("owner"))
            var child = contract.settings("child")
            child.ownerReferences = [owner.asOwner()]
            var grandchild = contract.settings("grandchild")
            grandchild.ownerReferences = [try await contract.create(child).asOwner()]
            _ = try await contract.create(grandchild)
            _ = try await contract.create(contract.settings("stranger"))
            let names = try await contract.names(until: { $0 == ["stranger"] }) {
                try await contract.api.delete(.configMap, owner.key, uid: nil)
            }
            #expect(names == ["stranger"])
        },
        ContractCase("what has a second owner stays, without the reference to the first") { contract in
            let first = try await contract.create(contract.settings("first"))
            let second = try await contract.create(contract.settings("second"))
            var child = contract.settings("child")
            child.ownerReferences = [first.asOwner(controller: false), second.asOwner()]
            _ = try await contract.create(child)
            let seen = try await contract.events {
                try await contract.api.delete(.configMap, first.key, uid: nil)
                var references = 2
                while references > 1 {
                    let child = try await contract.api.get(.configMap, contract.key("child"))
                    references = child.ownerReferences.count
                }
                _ = try await contract.create(contract.settings("end"))
            }
            #expect(seen == ["deleted first", "modified child"])
        },
        ContractCase("what names an owner that is not there is collected") { contract in
            let owner = try await contract.create(contract.settings("owner"))
            try await contract.api.delete(.configMap, owner.key, uid: nil)
            var child = contract.settings("child")
            child.ownerReferences = [owner.asOwner()]
            let late = child
            let names = try await contract.names(until: { $0.isEmpty }) { _ = try await contract.create(late) }
            #expect(names == [])
        },
    ]
}

extension Contract {
    /// Runs `body`, then follows the names of the config maps until they are as expected, deadline by the suite.
    fileprivate func names(
        until isExpected: ([String]) -> Bool,
        after body: () async throws -> Void
    ) async throws -> [String] {
        let list = try await self.api.list(.configMap, namespace: self.namespace, selector: .everything)
        let stream = try await self.api.watch(
            .configMap,
            namespace: self.namespace,
            selector: .everything,
            from: list.resourceVersion
        )
        try await body()
        var names = Set(list.items.map(\.name))
        for try await event in stream {
            switch event {
            case .added(let object), .modified(let object): names.insert(object.name)
            case .deleted(let object): names.remove(object.name)
            }
            // An object that is collected at once was there before it was gone.
            if case .deleted = event, isExpected(names.sorted()) { break }
        }
        return names.sorted()
    }
}
