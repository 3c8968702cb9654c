import EmbeddedCluster
import HTTPTransport
import KubernetesClient
import StructuredData
import Testing

@testable import Administration

@Suite("Kubernetes API, for reading", .timeLimit(.minutes(1)))
struct KubernetesGatewayTests {
    @Test(
        "addresses are taken apart as Kubernetes does",
        arguments: [
            ("/api", .coreVersions), ("/apis/", .groups), ("/apis/apps", .group("apps")),
            ("/api/v1", .resources(group: "", version: "v1")),
            ("/apis/apps/v1", .resources(group: "apps", version: "v1")),
            ("/api/v1/pods", .objects(.init(group: "", version: "v1", namespace: nil, plural: "pods"))),
            (
                "/api/v1/namespaces/a/pods/p/log",
                .objects(
                    .init(group: "", version: "v1", namespace: "a", plural: "pods", name: "p", subresource: "log")
                )
            ),
            (
                "/apis/apps/v1/namespaces/a/deployments",
                .objects(.init(group: "apps", version: "v1", namespace: "a", plural: "deployments"))
            ),
            (
                "/api/v1/namespaces/a",
                .objects(.init(group: "", version: "v1", namespace: nil, plural: "namespaces", name: "a"))
            ),
            ("/", nil), ("/other", nil), ("/api/v1/namespaces/a/pods/p/log/more", nil),
        ] as [(String, APIPath?)]
    )
    func paths(path: String, expected: APIPath?) {
        #expect(APIPath(path) == expected)
    }

    @Test(
        "selectors choose as Kubernetes does",
        arguments: [
            ("", "", true), ("a=1", "", true), ("a==1,b=2", "", true), ("a=2", "", false), ("a!=2", "", true),
            ("c!=1", "", true), ("a in (1, 3)", "", true), ("a in (2,3)", "", false), ("a notin (2,3)", "", true),
            ("c notin (1)", "", true), ("a", "", true), ("c", "", false), ("!c", "", true), ("!a", "", false),
            ("", "metadata.name=iris", true), ("", "metadata.name!=iris", false), ("", "spec.absent=", true),
            ("a in (1),b", "metadata.namespace=default", true),
        ]
    )
    func selectors(labels: String, fields: String, matches: Bool) throws {
        var object = Sample.service("iris")
        object.labels = ["a": "1", "b": "2"]
        let filter = try ObjectFilter(labelSelector: labels, fieldSelector: fields)
        #expect(filter.matches(object) == matches)
    }

    @Test("a selector that makes no sense is refused", arguments: ["a in 1", "=1", "a b", "!", "a in (1"])
    func badSelectors(selector: String) {
        #expect(throws: KubernetesError.self) { try ObjectFilter(labelSelector: selector, fieldSelector: nil) }
    }

    @Test("discovery names every kind once, and no secrets")
    func discovery() async throws {
        try await AdministrationFixture.with { fixture in
            #expect(try await fixture.json("/api")["versions"] == ["v1"])
            let core = try await fixture.json("/api/v1")
            let names = (core["resources"]?.arrayValue ?? []).compactMap { $0["name"]?.stringValue }
            #expect(names == ["pods", "services", "events"])
            let groups = try await fixture.json("/apis")
            #expect(groups["groups"]?[0]?["name"] == "apps")
            let serving = try await fixture.json("/apis/serving.kserve.io")
            #expect(serving["versions"]?.arrayValue?.count == 2)
            #expect(serving["preferredVersion"]?["version"] == "v1beta1")
            let isvc = try await fixture.json("/apis/serving.kserve.io/v1beta1")["resources"]?[0]
            #expect(isvc?["shortNames"] == ["isvc"])
            #expect(isvc?["verbs"] == ["get", "list", "watch"])
            #expect(try await fixture.get("/apis/nothing").response.status == 404)
            #expect(try await fixture.get("/api/v1/secrets").response.status == 404)
            #expect(try await fixture.get("/version").text.contains("gitVersion"))
        }
    }

    @Test("objects are listed and got, in one namespace or all, selected or not")
    func reading() async throws {
        try await AdministrationFixture.with { fixture in
            try await fixture.store(.inferenceService, Sample.service("a"))
            try await fixture.store(.inferenceService, Sample.service("b", namespace: "other"))
            let base = "/apis/serving.kserve.io/v1beta1"
            func names(_ path: String) async throws -> [String] {
                let list = try await fixture.json(base + path)
                #expect(list["kind"] == "InferenceServiceList")
                #expect(list["metadata"]?["resourceVersion"]?.stringValue?.isEmpty == false)
                return (list["items"]?.arrayValue ?? []).compactMap { $0["metadata"]?["name"]?.stringValue }
            }
            #expect(try await names("/inferenceservices") == ["a", "b"])
            #expect(try await names("/namespaces/other/inferenceservices") == ["b"])
            #expect(try await names("/inferenceservices?fieldSelector=metadata.name%3Da") == ["a"])
            let one = try await fixture.json(base + "/namespaces/default/inferenceservices/a")
            #expect(one["kind"] == "InferenceService")
            #expect(one["status"]?["url"] != nil)
        }
    }

    @Test(
        "failures are worded as Kubernetes words them",
        arguments: [
            ("/apis/serving.kserve.io/v1beta1/namespaces/default/inferenceservices/none", 404, "NotFound"),
            ("/apis/apps/v1/things", 404, "NotFound"), ("/apis/apps/v2/deployments", 404, "NotFound"),
            ("/api/v1/pods/p", 400, "BadRequest"), ("/api/v1/pods?labelSelector=a%20b", 400, "BadRequest"),
        ]
    )
    func failures(path: String, status: Int, reason: String) async throws {
        try await AdministrationFixture.with { fixture in
            let (response, text) = try await fixture.get(path)
            #expect(response.status == status)
            let document = try JSONParser.parse(text)
            #expect(document["kind"] == "Status")
            #expect(document["status"] == "Failure")
            #expect(document["reason"] == .string(reason))
            #expect(document["code"] == JSONValue(status))
        }
    }

    @Test("a watch begins with what is there, follows every change and ends in time")
    func watch() async throws {
        try await AdministrationFixture.with { fixture in
            try await fixture.store(.inferenceService, Sample.service("a"))
            let path = "/apis/serving.kserve.io/v1beta1/inferenceservices?watch=true&timeoutSeconds=30"
            let response = try await fixture.client.send(HTTPClientRequest(url: fixture.base + path))
            let key = ObjectKey(namespace: "default", name: "a")
            var text = ""
            func lines() -> [JSONValue] {
                text.split(separator: "\n").compactMap { try? JSONParser.parse(String($0)) }
            }
            var chunks = response.body.makeAsyncIterator()
            var written = 0
            while lines().count < 3, let chunk = try await chunks.next() {
                text += String(decoding: chunk, as: UTF8.self)
                guard lines().count > written else { continue }
                written += 1
                if written == 1 {
                    _ = try await fixture.api.patch(
                        .inferenceService,
                        key,
                        merge: ["metadata": ["labels": ["x": "1"]]],
                        subresource: nil
                    )
                } else if written == 2 {
                    try await fixture.api.delete(.inferenceService, key, uid: nil)
                }
            }
            #expect(lines().map { $0["type"] } == ["ADDED", "MODIFIED", "DELETED"])
            #expect(lines().allSatisfy { $0["object"]?["kind"] == "InferenceService" })
        }
    }

    @Test("a watch from a version that is forgotten ends with the reason")
    func expiredWatch() async throws {
        try await AdministrationFixture.with { fixture in
            let (_, text) = try await fixture.get("/api/v1/pods?watch=1&resourceVersion=999999")
            let event = try JSONParser.parse(text)
            #expect(event["type"] == "ERROR")
            #expect(event["object"]?["kind"] == "Status")
        }
    }

    @Test("a watch ends when its time is over")
    func watchTimeout() async throws {
        try await AdministrationFixture.with { fixture in
            let (response, text) = try await fixture.get("/api/v1/pods?watch=1&timeoutSeconds=0")
            #expect(response.status == 200)
            #expect(text.isEmpty)
        }
    }
}
