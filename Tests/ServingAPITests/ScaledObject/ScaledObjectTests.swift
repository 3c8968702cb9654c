import ServingAPI
import StructuredData
import Testing

@Suite("ScaledObject")
struct ScaledObjectTests {
    /// Every field that KEDA gives one, each with a value that no other has.
    static let everything = """
        {"apiVersion":"keda.sh/v1alpha1","kind":"ScaledObject",\
        "metadata":{"name":"all","namespace":"team","annotations":{"autoscaling.keda.sh/paused-scale-in":"true"}},\
        "spec":{"scaleTargetRef":{"apiVersion":"apps/v1","kind":"Deployment","name":"worker",\
        "envSourceContainerName":"main"},"pollingInterval":15,"cooldownPeriod":120,"initialCooldownPeriod":60,\
        "idleReplicaCount":1,"minReplicaCount":2,"maxReplicaCount":20,\
        "fallback":{"failureThreshold":3,"replicas":6,"behavior":"currentReplicasIfHigher"},\
        "advanced":{"restoreToOriginalReplicaCount":true,"horizontalPodAutoscalerConfig":{"name":"hpa","behavior":{\
        "scaleUp":{"stabilizationWindowSeconds":10,"selectPolicy":"Min","tolerance":"50m",\
        "policies":[{"type":"Pods","value":4,"periodSeconds":15}]},\
        "scaleDown":{"selectPolicy":"Disabled","policies":[{"type":"Percent","value":50,"periodSeconds":60}]}}},\
        "scalingModifiers":{"formula":"max(queue, clock)","target":"5","activationTarget":"2","metricType":"Value"}},\
        "triggers":[{"type":"kafka","name":"queue","metadata":{"topic":"t","lagThreshold":"50"},\
        "authenticationRef":{"name":"creds","kind":"ClusterTriggerAuthentication"},"useCachedMetrics":true},\
        {"type":"cron","name":"clock","metadata":{"start":"0 8 * * *"},"metricType":"AverageValue"}]},\
        "status":{"conditions":[{"type":"Ready","status":"True","reason":"ScaledObjectReady"}],\
        "lastActiveTime":"2026-01-01T00:00:00Z","originalReplicaCount":2,"externalMetricNames":["s0-kafka-t"],\
        "health":{"s0-kafka-t":{"numberOfFailures":0,"status":"Happy"}}}}
        """

    /// One with this `spec`, given as JSON text; `TARGET` and `TRIGGER` stand for sound ones.
    static func object(_ spec: String, annotations: [String: String] = [:]) throws -> JSONValue {
        let text = spec.replacing("TARGET", with: #""scaleTargetRef":{"name":"worker"}"#)
            .replacing("TRIGGER", with: #"{"type":"kafka","metadata":{}}"#)
        var json: JSONValue = [
            "apiVersion": "keda.sh/v1alpha1", "kind": "ScaledObject",
            "metadata": ["name": "jobs", "namespace": "team"],
        ]
        json["spec"] = try JSONParser.parse(text)
        if !annotations.isEmpty { json["metadata"]?["annotations"] = JSONValue(annotations) }
        return json
    }

    @Test("reads every field and gives it back")
    func everyField() throws {
        let json = try JSONParser.parse(Self.everything)
        let object = try ScaledObject.admit(json)
        #expect(object.json == json)
        #expect(object.spec.scaleTargetRef.deploymentName == "worker")
        #expect(object.spec.advanced.behavior?.scaleUp?.tolerance?.value == 0.05)
        #expect(object.spec.advanced.behavior?.scaleDown?.selectPolicy == .disabled)
        #expect(object.spec.advanced.modifiers?.targetNumber == 5)
        #expect(object.spec.fallback?.behavior == .currentReplicasIfHigher)
        #expect(object.spec.triggers[0].authenticationRef?.kind == .cluster)
        #expect(object.pausesScaleIn && !object.isPaused && !object.pausesScaleOut)
        #expect(object.status.conditions.isTrue(.ready))
        #expect(object.status.health["s0-kafka-t"]?.isFailing == false)
    }

    @Test("what is left out has KEDA's defaults")
    func defaults() throws {
        let spec = try ScaledObject.admit(Self.object(#"{TARGET,"triggers":[TRIGGER]}"#)).spec
        #expect(spec.pollingIntervalSeconds == 30)
        #expect(spec.cooldownSeconds == 300)
        #expect(spec.initialCooldownSeconds == 0)
        #expect(spec.minReplicas == 0)
        #expect(spec.maxReplicas == 100)
        #expect(spec.triggers[0].resolvedMetricType == .averageValue)
        #expect(spec.scaleTargetRef.targetKind == .deployment)
        let cpu = #"{TARGET,"triggers":[{"type":"cpu","metadata":{"type":"AverageValue","value":"1"}}]}"#
        let resource = try ScaledObject.admit(Self.object(cpu)).spec
        #expect(resource.minReplicas == 1, "a processor's use cannot lift from zero")
        #expect(resource.triggers[0].resolvedMetricType == .averageValue)
    }

    @Test(
        "targets are Deployments and InferenceServices",
        arguments: [
            (#"{"name":"w"}"#, "w"), (#"{"kind":"Deployment","name":"w"}"#, "w"),
            (#"{"apiVersion":"apps/v1","name":"w"}"#, "w"),
            (#"{"kind":"InferenceService","name":"w"}"#, "w-predictor"),
            (#"{"apiVersion":"serving.kserve.io/v1beta1","kind":"InferenceService","name":"w"}"#, "w-predictor"),
        ]
    )
    func targets(reference: String, deployment: String) throws {
        let object = try ScaledObject.admit(Self.object(#"{"scaleTargetRef":\#(reference),"triggers":[TRIGGER]}"#))
        #expect(object.spec.scaleTargetRef.deploymentName == deployment)
    }

    @Test(
        "a pause is what KEDA takes for one",
        arguments: [
            (["autoscaling.keda.sh/paused": "true"], true, nil), (["autoscaling.keda.sh/paused": "yes"], true, nil),
            (["autoscaling.keda.sh/paused": "false"], false, nil),
            (["autoscaling.keda.sh/paused-replicas": "4"], true, 4), ([:], false, nil),
        ] as [([String: String], Bool, Int?)]
    )
    func pause(annotations: [String: String], isPaused: Bool, replicas: Int?) throws {
        let object = try ScaledObject.admit(Self.object(#"{TARGET,"triggers":[TRIGGER]}"#, annotations: annotations))
        #expect(object.isPaused == isPaused)
        #expect(object.pausedReplicas == replicas)
    }

    @Test("an object that cannot be read is told its broken rules too, and one that only breaks rules can be read")
    func unreadable() throws {
        let broken = #"{TARGET,"triggers":[TRIGGER],"minReplicaCount":5,"maxReplicaCount":2"#
        #expect(ScaledObject.readingProblems(of: try Self.object(broken + "}")).isEmpty)
        let problems = ScaledObject.readingProblems(of: try Self.object(broken + #","colldownPeriod":5}"#))
        #expect(problems.map(\.path) == ["spec.colldownPeriod", "spec.minReplicaCount"])
    }

    @Test("the older name of a pause works, and what forces activation")
    func otherAnnotations() throws {
        let annotations = [
            "autoscaling.keda.sh/paused-scale-down": "true", "autoscaling.keda.sh/paused-scale-out": "true",
            "autoscaling.keda.sh/force-activation": "true",
        ]
        let object = try ScaledObject.admit(Self.object(#"{TARGET,"triggers":[TRIGGER]}"#, annotations: annotations))
        #expect(object.pausesScaleIn && object.pausesScaleOut && object.forcesActivation)
    }

    @Test("a ScaledJob is refused with what to use instead")
    func scaledJob() {
        #expect(ScaledObject.refusal(ofKind: "ScaledJob")?.contains("use a ScaledObject") == true)
        #expect(ScaledObject.refusal(ofKind: "ScaledObject") == nil)
    }

    // MARK: Rules

    static let rules: [(spec: String, problems: [String])] = [
        (#"{"triggers":[TRIGGER]}"#, ["spec.scaleTargetRef: is required"]),
        (#"{TARGET}"#, ["spec.triggers: is required"]), (#"{TARGET,"triggers":[]}"#, ["spec.triggers: must hold one"]),
        (#"{TARGET,"triggers":[{"type":"kafka"}]}"#, ["spec.triggers[0].metadata: is required"]),
        (#"{TARGET,"triggers":[{"metadata":{}}]}"#, ["spec.triggers[0].type: is required"]),
        (
            #"{TARGET,"triggers":[{"type":"kafka","metadata":{"lagThreshold":50}}]}"#,
            [#"spec.triggers[0].metadata.lagThreshold: must be a string, but is the integer 50; put it in quotes"#]
        ),
        (
            #"{TARGET,"triggers":[TRIGGER],"polingInterval":5,"maxReplicas":3}"#,
            ["spec.polingInterval: unknown field; did you mean 'pollingInterval'?", "spec.maxReplicas: unknown field"]
        ),
        (
            #"{TARGET,"triggers":[TRIGGER],"pollingInterval":0,"cooldownPeriod":-1,"initialCooldownPeriod":-1}"#,
            [
                "spec.pollingInterval: is 0, but must be at least 1", "spec.cooldownPeriod: is -1",
                "spec.initialCooldownPeriod: is -1",
            ]
        ),
        (
            #"{TARGET,"triggers":[TRIGGER],"minReplicaCount":-1,"maxReplicaCount":0}"#,
            ["spec.minReplicaCount: is -1", "spec.maxReplicaCount: is 0, but must be at least 1"]
        ),
        (
            #"{TARGET,"triggers":[TRIGGER],"minReplicaCount":5,"maxReplicaCount":4}"#,
            ["spec.minReplicaCount: is 5, but must not be above 'maxReplicaCount', which is 4"]
        ),
        (
            #"{TARGET,"triggers":[TRIGGER],"minReplicaCount":101}"#,
            ["spec.minReplicaCount: is 101, but must not be above 'maxReplicaCount', which is 100 by default"]
        ),
        (
            #"{TARGET,"triggers":[TRIGGER],"minReplicaCount":2,"idleReplicaCount":2}"#,
            ["spec.idleReplicaCount: is 2, but must be below 'minReplicaCount', which is 2"]
        ),
        (
            #"{TARGET,"triggers":[TRIGGER],"idleReplicaCount":0}"#,
            ["spec.idleReplicaCount: is 0, but must be below 'minReplicaCount', which is 0"]
        ),
        (
            #"{TARGET,"triggers":[{"type":"cpu","metadata":{"value":"50"}}],"minReplicaCount":0}"#,
            ["spec.minReplicaCount: is 0, but 'cpu' and 'memory' alone cannot lift from zero"]
        ),
        (
            #"{TARGET,"triggers":[{"type":"cron","name":"a","metadata":{}},{"type":"kafka","name":"a","metadata":{}}]}"#,
            ["spec.triggers[1].name: is 'a', which triggers[0] is called already"]
        ),
        (
            #"{TARGET,"triggers":[{"type":"kafka","metadata":{},"metricType":"Utilization"}]}"#,
            ["spec.triggers[0].metricType: is 'Utilization', but must be 'AverageValue' or 'Value'"]
        ),
        (
            #"{TARGET,"triggers":[{"type":"cpu","metadata":{},"metricType":"Value"}]}"#,
            ["spec.triggers[0].metricType: is 'Value', but must be 'Utilization' or 'AverageValue'"]
        ),
        (
            #"{TARGET,"triggers":[{"type":"cron","metadata":{},"useCachedMetrics":true}]}"#,
            ["spec.triggers[0].useCachedMetrics: cannot be true for 'cron'"]
        ),
        (
            #"{TARGET,"triggers":[{"type":"kafka","metadata":{},"authenticationRef":{"kind":"Secret"}}]}"#,
            [
                "spec.triggers[0].authenticationRef.name: is required",
                "spec.triggers[0].authenticationRef.kind: is 'Secret', but must be one of",
            ]
        ),
        (
            #"{TARGET,"triggers":[TRIGGER],"fallback":{"failureThreshold":-1,"replicas":-2}}"#,
            ["spec.fallback.failureThreshold: is -1", "spec.fallback.replicas: is -2"]
        ),
        (
            #"{TARGET,"triggers":[TRIGGER],"fallback":{"replicas":2,"behavior":"fixed"}}"#,
            ["spec.fallback.failureThreshold: is required", "spec.fallback.behavior: is 'fixed', but must be one of"]
        ),
        (
            #"{TARGET,"triggers":[{"type":"cpu","metadata":{}}],"fallback":{"failureThreshold":1,"replicas":2}}"#,
            ["spec.fallback: needs a trigger that is neither 'cpu' nor 'memory'"]
        ),
        (
            #"{TARGET,"triggers":[TRIGGER],"fallback":{"failureThreshold":1,"replicas":2,"behavior":"scalingModifiers"}}"#,
            ["spec.fallback.behavior: is 'scalingModifiers', which needs 'advanced.scalingModifiers'"]
        ),
        (
            #"{"scaleTargetRef":{"kind":"StatefulSet","name":"w"},"triggers":[TRIGGER]}"#,
            ["spec.scaleTargetRef.kind: is 'StatefulSet', but must be one of 'Deployment', 'InferenceService'"]
        ),
        (
            #"{"scaleTargetRef":{"apiVersion":"v1","kind":"Deployment","name":"w"},"triggers":[TRIGGER]}"#,
            ["spec.scaleTargetRef.apiVersion: is 'v1', but a Deployment has 'apps/v1'"]
        ),
        (
            #"{TARGET,"triggers":[TRIGGER],"advanced":{"horizontalPodAutoscalerConfig":{"behavior":{"scaleDown":{"#
                + #""stabilizationWindowSeconds":3601,"tolerance":"-1","selectPolicy":"Most","policies":"#
                + #"[{"type":"Percent","value":101,"periodSeconds":1801},{"type":"Pods","value":0,"periodSeconds":1}]}}}}}"#,
            [
                "scaleDown.stabilizationWindowSeconds: is 3601", "scaleDown.selectPolicy: is 'Most'",
                "scaleDown.policies[0].periodSeconds: is 1801", "scaleDown.policies[1].value: is 0",
                "scaleDown.tolerance: is -1", "scaleDown.policies[0].value: is 101, but more than 100 per cent",
            ]
        ),
    ]

    @Test("rules between fields are checked, all at once", arguments: Self.rules)
    func brokenRules(spec: String, problems: [String]) throws {
        let found = ScaledObject.problems(of: try Self.object(spec)).map(\.description)
        for problem in problems { #expect(found.contains { $0.contains(problem) }, "\(problem)\nnot in \(found)") }
        #expect(found.count == problems.count, "\(found)")
    }

    static func modifiers(_ modifiers: String, names: [String?] = ["queue", "clock"]) throws -> [String] {
        let triggers = names.map { name in
            name.map { #"{"type":"kafka","name":"\#($0)","metadata":{}}"# } ?? #"{"type":"kafka","metadata":{}}"#
        }
        let spec =
            #"{TARGET,"triggers":[\#(triggers.joined(separator: ","))],"advanced":{"scalingModifiers":\#(modifiers)}}"#
        return ScaledObject.problems(of: try Self.object(spec)).map(\.description)
    }

    @Test(
        "formulas are checked before anything is scaled with them",
        arguments: [
            (#"{"formula":"queue + clock","target":"5"}"#, nil), (#"{"formula":"queue + queue01","target":5.5}"#, nil),
            (#"{}"#, nil), (#"{"formula":"queue"}"#, "target: is required"),
            (#"{"target":"1"}"#, "formula: is required"),
            (#"{"formula":"queue","target":"0"}"#, "target: is '0', but must be a number above 0"),
            (#"{"formula":"queue","target":"many"}"#, "target: is 'many', but must be a number above 0"),
            (#"{"formula":"queue","target":"1","activationTarget":"x"}"#, "activationTarget: is 'x'"),
            (#"{"formula":"queue","target":"1","metricType":"Utilization"}"#, "metricType: is 'Utilization'"),
            (#"{"formula":"queue +","target":"1"}"#, "formula: column 8: the formula ends too early"),
            (#"{"formula":"queue > 1","target":"1"}"#, "formula: gives a boolean, but must give a number"),
            (
                #"{"formula":"quue","target":"1"}"#,
                "formula: names 'quue', but no trigger is called that; did you mean 'queue'"
            ),
        ] as [(String, String?)]
    )
    func formulas(modifiers: String, problem: String?) throws {
        let found = try Self.modifiers(modifiers)
        if let problem {
            #expect(found.contains { $0.contains("spec.advanced.scalingModifiers.\(problem)") }, "\(found)")
        } else {
            #expect(found.isEmpty, "\(found)")
        }
    }

    @Test("with a formula every trigger needs a name that a formula can name")
    func triggerNames() throws {
        let unnamed = try Self.modifiers(#"{"formula":"queue","target":"1"}"#, names: ["queue", nil])
        #expect(unnamed.count == 1 && unnamed[0].contains("spec.triggers[1].name: is required"))
        let dashed = try Self.modifiers(#"{"formula":"my-queue","target":"1"}"#, names: ["my-queue"])
        #expect(dashed.contains { $0.contains("spec.triggers[0].name: is 'my-queue', which no formula can name") })
    }

    @Test("annotations that mean nothing are refused, and a name that is too long")
    func metadata() throws {
        let sound = #"{TARGET,"triggers":[TRIGGER]}"#
        var json = try Self.object(sound, annotations: ["autoscaling.keda.sh/paused-replicas": "-1"])
        json["metadata"]?["name"] = .string(String(repeating: "n", count: 64))
        let found = ScaledObject.problems(of: json).map(\.description)
        #expect(found.count == 2)
        #expect(found[0].hasPrefix("metadata.name: has 64 characters"))
        #expect(found[1].contains(#"metadata.annotations["autoscaling.keda.sh/paused-replicas"]: is '-1'"#))
    }
}
