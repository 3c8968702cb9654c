import KubernetesClient
import StructuredData
import Testing

extension ContractCase {
    static let writing = [
        ContractCase("a new object gets a uid, a version and a creation time") { contract in
            let object = try await contract.create(contract.settings("a"))
            #expect(!object.uid.isEmpty)
            #expect(object.resourceVersion ?? "" != "")
            #expect(object.creationTimestamp?.hasSuffix("Z") == true)
            #expect(try await contract.api.get(.configMap, contract.key("a")) == object)
        },
        ContractCase("a second object of the name is refused with alreadyExists") { contract in
            _ = try await contract.create(contract.settings("a"))
            #expect(await contract.code { _ = try await contract.create(contract.settings("a")) } == .alreadyExists)
        },
        ContractCase("a name is made up from generateName, another one each time") { contract in
            var object = contract.settings("")
            object.metadata["name"] = nil
            object.metadata["generateName"] = "made-"
            let first = try await contract.create(object)
            let second = try await contract.create(object)
            #expect(first.name.hasPrefix("made-") && second.name.hasPrefix("made-") && first.name != second.name)
        },
        ContractCase("a name that is no DNS name is refused with invalid") { contract in
            #expect(await contract.code { _ = try await contract.create(contract.settings("Not_A_Name")) } == .invalid)
        },
        ContractCase("what is not there is notFound, for every call") { contract in
            let key = contract.key("nobody")
            #expect(await contract.code { _ = try await contract.api.get(.configMap, key) } == .notFound)
            #expect(await contract.code { try await contract.api.delete(.configMap, key, uid: nil) } == .notFound)
            #expect(
                await contract.code {
                    _ = try await contract.api.update(.configMap, contract.settings("nobody"), subresource: nil)
                } == .notFound
            )
            #expect(
                await contract.code {
                    _ = try await contract.api.patch(.configMap, key, merge: ["data": [:]], subresource: nil)
                } == .notFound
            )
            #expect(
                await contract.code { try await contract.api.scale(.deployment, key, replicas: 1) } == .notFound
            )
        },
        ContractCase("a list holds what the selector selects, in the order of the names") { contract in
            for (name, tier) in [("c", "front"), ("a", "front"), ("b", "back")] {
                _ = try await contract.create(contract.settings(name, labels: ["tier": tier]))
            }
            let front = LabelSelector(["tier": "front"])
            let list = try await contract.api.list(.configMap, namespace: contract.namespace, selector: front)
            #expect(list.items.map(\.name) == ["a", "c"])
        },
        ContractCase("a write that changes nothing keeps the version and tells no watch") { contract in
            let object = try await contract.create(contract.settings("a"))
            let seen = try await contract.events {
                let same = try await contract.api.update(.configMap, object, subresource: nil)
                #expect(same.resourceVersion == object.resourceVersion)
                let patched = try await contract.api.patch(
                    .configMap,
                    object.key,
                    merge: ["data": ["value": "1"]],
                    subresource: nil
                )
                #expect(patched.resourceVersion == object.resourceVersion)
                _ = try await contract.create(contract.settings("end"))
            }
            #expect(seen == [])
        },
        ContractCase("a merge patch changes what it names and removes what it nulls") { contract in
            _ = try await contract.create(contract.settings("a"))
            let patch: JSONValue = ["data": ["value": .null, "other": "2"], "metadata": ["labels": ["x": "y"]]]
            let object = try await contract.api.patch(.configMap, contract.key("a"), merge: patch, subresource: nil)
            #expect(object.json["data"] == ["other": "2"])
            #expect(object.labels == ["x": "y"])
        },
        ContractCase("spec and status are written apart, and only spec counts generations") { contract in
            var object = contract.deployment("a")
            object.status = ["replicas": 7]
            let created = try await contract.api.create(.deployment, object)
            #expect(created.status["replicas"] == nil)
            #expect(created.generation == 1)

            var withStatus = created
            withStatus.status["observedGeneration"] = 1
            withStatus.spec["replicas"] = 5
            let reported = try await contract.api.update(.deployment, withStatus, subresource: .status)
            #expect(reported.status["observedGeneration"] == 1)
            #expect(reported.spec["replicas"] == 0)
            #expect(reported.generation == 1)

            var withSpec = reported
            withSpec.status = ["observedGeneration": 9]
            withSpec.spec["minReadySeconds"] = 5
            let changed = try await contract.api.update(.deployment, withSpec, subresource: nil)
            #expect(changed.status["observedGeneration"] == 1)
            #expect(changed.spec["minReadySeconds"] == 5)
            #expect(changed.generation == 2)
        },
        ContractCase("labels and annotations change the version, not the generation") { contract in
            let created = try await contract.api.create(.deployment, contract.deployment("a"))
            let patch: JSONValue = ["metadata": ["annotations": ["note": "x"]]]
            let noted = try await contract.api.patch(.deployment, created.key, merge: patch, subresource: nil)
            #expect(noted.generation == created.generation)
            #expect(noted.resourceVersion != created.resourceVersion)
        },
        ContractCase("scale sets spec.replicas and nothing else") { contract in
            let created = try await contract.api.create(.deployment, contract.deployment("a"))
            try await contract.api.scale(.deployment, created.key, replicas: 3)
            let scaled = try await contract.api.get(.deployment, created.key)
            #expect(scaled.spec["replicas"] == 3)
            #expect(scaled.spec["template"] == created.spec["template"])
            #expect(scaled.generation == created.generation + 1)
            #expect(
                await contract.code { try await contract.api.scale(.deployment, created.key, replicas: -1) } == .invalid
            )
        },
        ContractCase("kinds without status have no status to write") { contract in
            let object = try await contract.create(contract.settings("a"))
            #expect(
                await contract.code {
                    _ = try await contract.api.update(.configMap, object, subresource: .status)
                } == .notFound
            )
        },
        ContractCase("an object of another kind is refused with badRequest") { contract in
            var object = contract.settings("a")
            object.json["kind"] = "Secret"
            let wrong = object
            #expect(await contract.code { _ = try await contract.create(wrong) } == .badRequest)
        },
        ContractCase("a deployment whose selector misses its template is invalid") { contract in
            var object = contract.deployment("a")
            object.spec["selector"] = ["matchLabels": ["app": "other"]]
            let wrong = object
            #expect(
                await contract.code { _ = try await contract.api.create(.deployment, wrong) } == .invalid
            )
        },
    ]
}
