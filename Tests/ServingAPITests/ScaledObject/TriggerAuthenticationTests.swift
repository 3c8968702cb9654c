import ServingAPI
import StructuredData
import Testing

@Suite("TriggerAuthentication")
struct TriggerAuthenticationTests {
    static let text = """
        {"apiVersion":"keda.sh/v1alpha1","kind":"TriggerAuthentication","metadata":{"name":"creds","namespace":"team"},\
        "spec":{"secretTargetRef":[{"parameter":"password","name":"kafka","key":"pw"}],\
        "configMapTargetRef":[{"parameter":"username","name":"names","key":"user"}],\
        "env":[{"parameter":"ca","name":"CA","containerName":"main"},{"parameter":"cert","name":"CERT"}],\
        "podIdentity":{"provider":"none"}},"status":{"scaledobjects":"a"}}
        """

    @Test("reads every field and gives it back")
    func everyField() throws {
        let json = try JSONParser.parse(Self.text)
        let authentication = try TriggerAuthentication(json: json)
        #expect(authentication.json == json)
        #expect(authentication.spec.secretTargetRef == [.init(parameter: "password", name: "kafka", key: "pw")])
        #expect(authentication.spec.env.map(\.containerName) == ["main", nil])
    }

    @Test("one of the cluster may have a file, another may not")
    func files() throws {
        var json = try JSONParser.parse(Self.text)
        json["spec"]?["filePath"] = "/etc/creds"
        #expect(TriggerAuthentication.problems(of: json).map(\.path) == ["spec.filePath"])
        json["kind"] = "ClusterTriggerAuthentication"
        let authentication = try ClusterTriggerAuthentication(json: json)
        #expect(authentication.spec.filePath == "/etc/creds")
        #expect(authentication.json == json)
        #expect(ClusterTriggerAuthentication.problems(of: json).isEmpty)
    }

    @Test(
        "mistakes are reported where they stand, and what cannot be read is named",
        arguments: [
            (#"{"secretTargetRef":[{"parameter":"p","name":"n"}]}"#, "spec.secretTargetRef[0].key: is required"),
            (#"{"secretTargetRefs":[]}"#, "spec.secretTargetRefs: unknown field; did you mean 'secretTargetRef'?"),
            (#"{"env":[{"parameter":"p"}]}"#, "spec.env[0].name: is required"),
            (#"{"hashiCorpVault":{"address":"x"}}"#, "spec.hashiCorpVault: is not supported"),
            (#"{"podIdentity":{"provider":"aws"}}"#, "spec.podIdentity.provider: is 'aws', but identities of clouds"),
            (
                #"{"env":[{"parameter":"p","name":"A"}],"secretTargetRef":[{"parameter":"p","name":"n","key":"k"}]}"#,
                "spec.env[0].parameter: is 'p', which spec.secretTargetRef[0].parameter gives already"
            ),
        ]
    )
    func mistakes(spec: String, problem: String) throws {
        var json = try JSONParser.parse(Self.text)
        json["spec"] = try JSONParser.parse(spec)
        let found = TriggerAuthentication.problems(of: json).map(\.description)
        #expect(found.count == 1 && found[0].hasPrefix(problem), "\(found)")
        #expect(throws: ProblemList.self) { try TriggerAuthentication(json: json) }
    }
}
