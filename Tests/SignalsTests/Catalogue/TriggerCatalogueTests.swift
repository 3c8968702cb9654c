import Autoscaler
import ScalingCore
import StructuredData
import Testing

@testable import Signals

@Suite("Trigger catalogue")
struct TriggerCatalogueTests {
    private static let example = TriggerKind("example") { metadata in
        _ = metadata.requiredText("address", from: .anywhere)
        _ = metadata.target("lagThreshold", default: 10)
        _ = metadata.integer("databaseIndex", in: 0...15, default: 0)
        _ = metadata.flag("enableTLS")
        _ = metadata.timeout(default: .seconds(3))
        _ = metadata.text("password", from: .secret)
        metadata.pass("metricName")
        metadata.refuse("awsRoleArn", because: "roles are not assumed")
        return { StillTrigger() }
    }

    private struct StillTrigger: Trigger {
        func read() async throws(TriggerFailure) -> TriggerReading {
            throw TriggerFailure(.unavailable, "there is nothing here")
        }
    }

    private static func problems(
        type: String = "example",
        _ metadata: [String: String],
        credentials: [String: String] = [:],
        environment: [String: String] = [:],
        metricType: TriggerDeclaration.MetricType = .averageValue
    ) -> [String] {
        let declaration = TriggerDeclaration(
            namespace: "default",
            scaledObject: "scorer",
            index: 1,
            type: type,
            metadata: metadata,
            credentials: credentials,
            environment: environment,
            metricType: metricType
        )
        return TriggerCatalogue([Self.example]).problems(with: declaration).map(\.description)
    }

    @Test("an unknown type is answered with the nearest one")
    func unknownType() {
        #expect(
            Self.problems(type: "exmaple", [:]) == [
                "spec.triggers[1].type: there is no trigger type 'exmaple'; did you mean 'example'?"
            ]
        )
        #expect(
            Self.problems(type: "zzz", [:]) == [
                "spec.triggers[1].type: there is no trigger type 'zzz'; known are example"
            ]
        )
    }

    @Test("everything wrong with a declaration is told at once, each with its path")
    func allAtOnce() {
        let problems = Self.problems([
            "lagThreshold": "0", "databaseIndex": "16", "enableTLS": "yes", "timeout": "soon", "awsRoleArn": "x",
        ])
        #expect(
            problems == [
                "spec.triggers[1].metadata.address: is required: in metadata, or as addressFromEnv, or by "
                    + "authenticationRef",
                "spec.triggers[1].metadata.lagThreshold: is '0', but must be a number above 0",
                "spec.triggers[1].metadata.databaseIndex: is 16, but must be from 0 to 15",
                "spec.triggers[1].metadata.enableTLS: is 'yes', but must be 'true' or 'false'",
                "spec.triggers[1].metadata.timeout: is 'soon', but must be milliseconds or a length such as 3s, at most "
                    + "an hour",
                "spec.triggers[1].metadata.awsRoleArn: is not supported: roles are not assumed",
            ]
        )
    }

    @Test("a slip in a field's name is a problem, a field of another age is not")
    func slips() {
        #expect(
            Self.problems(["address": "a:1", "lagTreshold": "5"]) == [
                "spec.triggers[1].metadata.lagTreshold: unknown field; did you mean 'lagThreshold'?"
            ]
        )
        #expect(Self.problems(["address": "a:1", "metricName": "x", "somethingElseAltogether": "x"]).isEmpty)
    }

    @Test("a parameter comes from credentials before metadata before the container's environment")
    func origins() {
        func read(_ credentials: [String: String], _ metadata: [String: String]) -> String? {
            let declaration = TriggerDeclaration(
                namespace: "n",
                scaledObject: "o",
                index: 0,
                type: "example",
                metadata: metadata,
                credentials: credentials,
                environment: ["ADDRESS": "from-environment:1"]
            )
            return MetadataReader(declaration).text("address", from: .anywhere)
        }
        let metadata = ["address": "from-metadata:1", "addressFromEnv": "ADDRESS"]
        #expect(read(["address": "from-credentials:1"], metadata) == "from-credentials:1")
        #expect(read([:], metadata) == "from-metadata:1")
        #expect(read([:], ["addressFromEnv": "ADDRESS"]) == "from-environment:1")
    }

    @Test("a secret in the open is no secret: metadata does not bring it")
    func secretsInTheOpen() {
        let declaration = TriggerDeclaration(
            namespace: "n",
            scaledObject: "o",
            index: 0,
            type: "example",
            metadata: ["password": "hunter2"]
        )
        #expect(MetadataReader(declaration).text("password", from: .secret) == nil)
    }

    @Test("a variable that the container lacks is named, once")
    func missingVariable() {
        #expect(
            Self.problems(["addressFromEnv": "REDIS"]) == [
                "spec.triggers[1].metadata.addressFromEnv: the target's container has no environment variable 'REDIS'"
            ]
        )
    }

    @Test("a wrong value from a secret is blamed on the authentication, not on metadata")
    func wrongSecret() {
        #expect(
            Self.problems([:], credentials: ["address": "a:1", "password": ""]).isEmpty
        )
        let declaration = TriggerDeclaration(
            namespace: "n",
            scaledObject: "o",
            index: 0,
            type: "example",
            metadata: [:],
            credentials: ["port": "x"]
        )
        let reader = MetadataReader(declaration)
        #expect(reader.integer("port", from: .anywhere, default: 7) == 7)
        #expect(
            reader.problems.map(\.description) == [
                "spec.triggers[0].authenticationRef: port: is 'x', but must be a whole number"
            ]
        )
    }

    @Test("Utilization is for resource triggers only")
    func utilization() {
        #expect(
            Self.problems(["address": "a:1"], metricType: .utilization) == [
                "spec.triggers[1].metricType: 'Utilization' is for the types cpu and memory; 'example' takes "
                    + "'AverageValue' or 'Value'"
            ]
        )
    }

    @Test(
        "lengths of time read as in Go",
        arguments: [
            ("300ms", 0.3), ("1m30s", 90), ("1.5h", 5400), ("2s", 2), ("10us", 0.00001),
        ]
    )
    func durations(text: String, seconds: Double) {
        #expect(DurationText.parse(text) == .nanoseconds(Int64(seconds * 1e9)))
    }

    @Test("what is no length of time is none", arguments: ["", "5", "s", "1 s", "-1s", "1x", "1..2s", "1e3s"])
    func noDurations(text: String) {
        #expect(DurationText.parse(text) == nil)
    }
}
