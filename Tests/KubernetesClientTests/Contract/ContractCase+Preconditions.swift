import KubernetesClient
import StructuredData
import Testing

extension ContractCase {
    static let preconditions = [
        ContractCase("an update made from an old version is refused with conflict") { contract in
            let first = try await contract.create(contract.settings("a"))
            _ = try await contract.api.update(
                .configMap,
                contract.settings("a", value: "2"),
                subresource: nil
            )
            var late = first
            late.json["data"] = ["value": "3"]
            let request = late
            #expect(
                await contract.code {
                    _ = try await contract.api.update(.configMap, request, subresource: nil)
                } == .conflict
            )
            #expect(try await contract.api.get(.configMap, first.key).json["data"]?["value"] == "2")
        },
        ContractCase("a patch that names an old version is refused with conflict") { contract in
            let first = try await contract.create(contract.settings("a"))
            let change: JSONValue = ["data": ["value": "2"]]
            _ = try await contract.api.patch(.configMap, first.key, merge: change, subresource: nil)
            var late: JSONValue = ["data": ["value": "3"]]
            late["metadata"] = ["resourceVersion": .string(first.resourceVersion ?? "")]
            let request = late
            #expect(
                await contract.code {
                    _ = try await contract.api.patch(.configMap, first.key, merge: request, subresource: nil)
                } == .conflict
            )
        },
        ContractCase("of many writers from one version exactly one succeeds") { contract in
            let first = try await contract.create(contract.settings("a"))
            let successes = await withTaskGroup(of: Bool.self) { group in
                for writer in 0..<8 {
                    group.addTask {
                        var object = first
                        object.json["data"] = ["value": "writer \(writer)"]
                        return (try? await contract.api.update(.configMap, object, subresource: nil)) != nil
                    }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(successes == 1)
        },
        ContractCase("an object of the name but another uid is neither updated nor deleted") { contract in
            let first = try await contract.create(contract.settings("a"))
            try await contract.api.delete(.configMap, first.key, uid: first.uid)
            let second = try await contract.create(contract.settings("a"))
            #expect(second.uid != first.uid)
            #expect(
                await contract.code {
                    try await contract.api.delete(.configMap, first.key, uid: first.uid)
                } == .conflict
            )
            var stale = first
            stale.resourceVersion = nil
            stale.json["data"] = ["value": "2"]
            let request = stale
            #expect(
                await contract.code {
                    _ = try await contract.api.update(.configMap, request, subresource: nil)
                } == .conflict
            )
            #expect(try await contract.api.get(.configMap, first.key) == second)
        },
        ContractCase("what the server owns in the metadata is not the client's to change") { contract in
            let first = try await contract.api.create(.deployment, contract.deployment("a"))
            var object = first
            object.metadata["creationTimestamp"] = "2001-01-01T00:00:00Z"
            object.metadata["generation"] = 99
            object.metadata["deletionTimestamp"] = "2001-01-01T00:00:00Z"
            let after = try await contract.api.update(.deployment, object, subresource: nil)
            #expect(after.creationTimestamp == first.creationTimestamp)
            #expect(after.generation == 1)
            #expect(!after.isDeleting)
        },
        ContractCase("a new object must not claim a version") { contract in
            var object = contract.settings("a")
            object.resourceVersion = "1"
            let request = object
            #expect(await contract.code { _ = try await contract.create(request) } != nil)
        },
    ]
}
