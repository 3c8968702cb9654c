import HTTPTransport
import KubernetesClient
import ServingAPI
import StructuredData
import Telemetry
import Testing

@testable import Administration

@Suite("Tables for kubectl", .timeLimit(.minutes(1)))
struct TableDocumentTests {
    private static let now = WallTime(unixSeconds: 1_000_000)

    /// Column names and the cells of the one row.
    private func row(_ type: ResourceType, _ object: KubernetesObject) -> (columns: [String], cells: [JSONValue]) {
        var object = object
        object.metadata["creationTimestamp"] = .string(WallTime(unixSeconds: 999_910).rfc3339)
        let table = TableDocument(type: type, now: Self.now).json([object], resourceVersion: "7")
        let columns = (table["columnDefinitions"]?.arrayValue ?? []).compactMap { $0["name"]?.stringValue }
        return (columns, table["rows"]?[0]?["cells"]?.arrayValue ?? [])
    }

    @Test("a service shows its address and whether it is ready")
    func service() {
        let row = self.row(.inferenceService, Sample.service("iris"))
        #expect(row.columns == ["Name", "URL", "Ready", "Reason", "Age"])
        #expect(row.cells == ["iris", "http://iris.default.localhost:8080", "True", "Because", "90s"])
        #expect(self.row(.inferenceService, Sample.service("new", ready: nil)).cells[2] == "<unknown>")
    }

    @Test("a pod shows its containers, and rather its trouble than its phase")
    func pod() {
        #expect(self.row(.pod, Sample.pod("iris", "a")).cells[1...3] == ["0/1", "Running", 2])
        let broken = Sample.pod("iris", "b", ready: false, waiting: ("CrashLoopBackOff", "exit code 3"))
        #expect(self.row(.pod, broken).cells[2] == "CrashLoopBackOff")
        var leaving = Sample.pod("iris", "c")
        leaving.metadata["deletionTimestamp"] = "2026-11-21T00:00:00Z"
        #expect(self.row(.pod, leaving).cells[2] == "Terminating")
    }

    @Test("a revision shows what is wanted and why")
    func revision() {
        let decision = RevisionStatus.Decision(time: "2026-11-21T00:00:00Z", desired: 2, reason: "Two are needed.")
        let status = RevisionStatus(desiredReplicas: 2, readyReplicas: 1, mode: .panic, lastDecision: decision)
        let row = self.row(.revision, Sample.revision("iris", status: status))
        #expect(row.cells == ["iris-predictor", "iris", "2", "1", "panic", "Two are needed.", "90s"])
    }

    @Test(
        "ages are written as kubectl writes them",
        arguments: [
            (0, "0s"), (119, "119s"), (120, "2m"), (330, "5m30s"), (600, "10m"), (10_799, "179m"), (10_800, "3h"),
            (11_700, "3h15m"), (28_800, "8h"), (172_799, "47h"), (172_800, "2d"), (180_000, "2d2h"), (691_200, "8d"),
        ]
    )
    func ages(seconds: Int, text: String) {
        #expect(TableDocument.age(seconds: seconds) == text)
    }

    @Test("a table is given to who asks for one, and nobody else")
    func negotiation() async throws {
        try await AdministrationFixture.with { fixture in
            try await fixture.store(.inferenceService, Sample.service("iris"))
            let path = "/apis/serving.kserve.io/v1beta1/namespaces/default/inferenceservices"
            let kubectl = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"
            for path in [path, path + "/iris"] {
                let (_, text) = try await fixture.get(path, headers: ["Accept": kubectl])
                let table = try JSONParser.parse(text)
                #expect(table["kind"] == "Table")
                #expect(table["rows"]?[0]?["object"]?["metadata"]?["name"] == "iris")
                let (_, plain) = try await fixture.get(path, headers: ["Accept": "application/json"])
                #expect(try JSONParser.parse(plain)["kind"] != "Table")
            }
        }
    }
}
