import Autoscaler
import EmbeddedCluster
import Foundation
import KubernetesClient
import StructuredData
import Testing

@testable import Signals

@Suite("Credentials of triggers")
struct ClusterCredentialsTests {
    private let api = EmbeddedAPI.inMemory()

    private func put(
        _ type: ResourceType,
        _ name: String,
        namespace: String = "default",
        _ members: JSONValue
    ) async throws {
        var object = KubernetesObject(type, ObjectKey(namespace: namespace, name: name))
        for (key, value) in members.objectValue ?? [:] { object.json[key] = value }
        _ = try await self.api.create(type, object)
    }

    private func request(_ kind: CredentialRequest.Kind = .triggerAuthentication) -> CredentialRequest {
        CredentialRequest(
            namespace: "default",
            kind: kind,
            name: "broker",
            environments: ["main": ["USER": "me"], "side": ["USER": "you"]],
            defaultContainer: "main"
        )
    }

    private func failure(_ kind: CredentialRequest.Kind = .triggerAuthentication) async -> TriggerFailure? {
        do {
            _ = try await ClusterCredentials(api: self.api).credentials(for: self.request(kind))
            return nil
        } catch {
            return error
        }
    }

    @Test("secrets, maps and variables are brought together")
    func together() async throws {
        try await self.put(.secret, "keys", ["data": ["password": "czNjcmV0"]])
        try await self.put(.configMap, "settings", ["data": ["sasl": "plaintext"]])
        try await self.put(
            .triggerAuthentication,
            "broker",
            [
                "spec": [
                    "secretTargetRef": [["parameter": "password", "name": "keys", "key": "password"]],
                    "configMapTargetRef": [["parameter": "sasl", "name": "settings", "key": "sasl"]],
                    "env": [
                        ["parameter": "username", "name": "USER"],
                        ["parameter": "other", "name": "USER", "containerName": "side"],
                    ],
                    "podIdentity": ["provider": "none"],
                ]
            ]
        )
        let credentials = try await ClusterCredentials(api: self.api).credentials(for: self.request())
        #expect(
            credentials == ["password": "s3cret", "sasl": "plaintext", "username": "me", "other": "you"]
        )
    }

    @Test("what is missing is named, all of it, and no value with it")
    func missing() async throws {
        #expect(await self.failure()?.description == "there is no TriggerAuthentication 'broker'")
        try await self.put(.secret, "keys", ["data": ["password": "czNjcmV0"]])
        try await self.put(
            .triggerAuthentication,
            "broker",
            [
                "spec": [
                    "secretTargetRef": [
                        ["parameter": "a", "name": "keys", "key": "user"],
                        ["parameter": "b", "name": "nothing", "key": "user"],
                    ],
                    "env": [["parameter": "c", "name": "MISSING"]],
                ]
            ]
        )
        let failure = await self.failure()
        #expect(failure?.kind == .invalid)
        #expect(
            failure?.description
                == "TriggerAuthentication 'broker': Secret 'keys' in namespace 'default' has no key 'user'; "
                + "there is no Secret 'nothing' in namespace 'default'; the target's container 'main' has no environment "
                + "variable 'MISSING'"
        )
    }

    @Test("ways to credentials that this program has not are named")
    func unsupported() async throws {
        try await self.put(
            .triggerAuthentication,
            "broker",
            [
                "spec": [
                    "podIdentity": ["provider": "aws"], "hashiCorpVault": ["address": "x"],
                ]
            ]
        )
        let words = await self.failure()?.description ?? ""
        #expect(words.contains("'hashiCorpVault' is not supported"))
        #expect(words.contains("podIdentity 'aws' is not supported"))
    }

    @Test("the cluster's own authentication takes its secrets from one namespace, and may name a file")
    func clusterWide() async throws {
        try await self.put(.secret, "keys", ["data": ["password": "d3Jvbmc="]])
        try await self.put(.secret, "keys", namespace: "keda", ["data": ["password": "czNjcmV0"]])
        let reference: JSONValue = [["parameter": "password", "name": "keys", "key": "password"]]
        let spec: JSONValue = ["secretTargetRef": reference, "filePath": "team/broker.json"]
        try await self.put(.clusterTriggerAuthentication, "broker", ["spec": spec])
        #expect(await self.failure(.clusterTriggerAuthentication)?.description.contains("no folder") == true)

        let folder = FileManager.default.temporaryDirectory.appending(path: "pilotlight-\(UUID().uuidString)").path()
        try FileManager.default.createDirectory(atPath: "\(folder)/team", withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try #"{"username": "me", "password": "overridden"}"#.write(
            toFile: "\(folder)/team/broker.json",
            atomically: true,
            encoding: .utf8
        )
        var settings = ClusterCredentials.Settings()
        settings.fileFolder = folder
        let source = ClusterCredentials(api: self.api, settings: settings)
        let credentials = try await source.credentials(for: self.request(.clusterTriggerAuthentication))
        #expect(credentials == ["username": "me", "password": "s3cret"])
    }

    @Test("a file is for the cluster's own authentication only, and lies in its folder")
    func files() async throws {
        try await self.put(.triggerAuthentication, "broker", ["spec": ["filePath": "x.json"]])
        #expect(await self.failure()?.description.contains("only the cluster's own") == true)
        try await self.put(.clusterTriggerAuthentication, "broker", ["spec": ["filePath": "../etc/passwd"]])
        var settings = ClusterCredentials.Settings()
        settings.fileFolder = "/"
        let source = ClusterCredentials(api: self.api, settings: settings)
        let request = self.request(.clusterTriggerAuthentication)
        let error = await #expect(throws: TriggerFailure.self) { try await source.credentials(for: request) }
        #expect(error?.description.contains("without '..'") == true)
    }
}
