import StructuredData

/// The runtimes that are there without anybody installing them.
///
/// KServe's own are there under their names, so that manifests which name one find it; all of them run the bundled
/// server. What it cannot serve yet is said by `unsupportedFeatures`.
public enum BundledRuntimes {
    /// The runtime of the bundled server.
    public static let serverName = "pilotlight-onnx"
    /// The image that stands for this program itself.
    public static let image = "pilotlight/server"
    /// Formats that the bundled server can serve.
    public static let servedFormats: Set<String> = ["onnx"]

    public static let all: [ServingRuntime] =
        [runtime(serverName, [format("onnx", "1", 2)], [.v1, .v2])]
        + [
            runtime("kserve-sklearnserver", [format("sklearn", "1", 1)], [.v1, .v2]),
            runtime(
                "kserve-mlserver",
                [
                    format("sklearn", "0", 2), format("sklearn", "1", 2), format("xgboost", "1", 2),
                    format("xgboost", "2", 2), format("lightgbm", "3", 2), format("lightgbm", "4", 2),
                    format("mlflow", "1", 1), format("mlflow", "2", 1),
                ],
                [.v2]
            ),
            runtime("kserve-xgbserver", [format("xgboost", "2", 1)], [.v1, .v2]),
            runtime("kserve-lgbserver", [format("lightgbm", "4", 1)], [.v1, .v2]),
            runtime("kserve-pmmlserver", [format("pmml", "3", 1), format("pmml", "4", 1)], [.v1, .v2]),
            runtime("kserve-paddleserver", [format("paddle", "2", 1)], [.v1, .v2]),
            runtime("kserve-autogluonserver", [format("autogluon", "1", 1)], [.v1, .v2]),
            runtime(
                "kserve-predictiveserver",
                [
                    format("sklearn", "1", 3, isAutoSelected: false), format("xgboost", "2", 3, isAutoSelected: false),
                    format("lightgbm", "4", 3, isAutoSelected: false),
                ],
                [.v1, .v2]
            ),
            runtime(
                "kserve-tensorflow-serving",
                [format("tensorflow", "1", 2), format("tensorflow", "2", 2)],
                [.v1, .grpcV1]
            ),
            runtime("kserve-torchserve", [format("pytorch", "1", 2)], [.v1, .v2, .grpcV2]),
            runtime(
                "kserve-tritonserver",
                [
                    format("tensorrt", "8", 1), format("tensorflow", "1", 1), format("tensorflow", "2", 1),
                    format("onnx", "1", 1), format("triton", "2", 1),
                    format("pytorch", "1", nil, isAutoSelected: false),
                ],
                [.v2, .grpcV2]
            ),
            runtime("kserve-huggingfaceserver", [format("huggingface", "1", 1)], [.v2, .v1]),
            runtime("kserve-vllmserver", [format("vLLM", "1", 1)], []),
        ]

    private static func runtime(
        _ name: String,
        _ formats: [ServingRuntimeSpec.SupportedFormat],
        _ protocols: [ProtocolVersion]
    ) -> ServingRuntime {
        let server = Container(
            name: ContainerName.server,
            image: Self.image,
            args: ["serve", "--name", "{{.Name}}", "--model-dir", StorageSource.defaultMountPath, "--port", "$(PORT)"]
        )
        return ServingRuntime(
            isClusterScoped: true,
            metadata: ObjectMetadata(json: ["name": .string(name)]),
            spec: ServingRuntimeSpec(
                supportedModelFormats: formats,
                protocolVersions: protocols,
                pod: PodFields(containers: [server])
            )
        )
    }

    private static func format(
        _ name: String,
        _ version: String,
        _ priority: Int?,
        isAutoSelected: Bool = true
    ) -> ServingRuntimeSpec.SupportedFormat {
        ServingRuntimeSpec.SupportedFormat(
            name: name,
            version: version,
            isAutoSelected: isAutoSelected,
            priority: priority
        )
    }
}
