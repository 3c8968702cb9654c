// swift-tools-version: 6.2
import PackageDescription

/// Settings of every Swift target of the house: strict concurrency, explicit imports, no warning left standing.
let houseSettings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
    // A Mutex learns its thread's number from a thread-local variable, in C that is inlined. In asynchronous functions
    // the optimiser keeps the variable's address across suspensions, so that a task which goes on on another thread
    // locks in the name of the first, and crashes when it unlocks. A call looks the address up each time.
    .unsafeFlags(["-Xcc", "-fno-inline-functions"], .when(configuration: .release)),
]

/// The data plane is one program spread over several modules: inline across them, and do without run-time
/// exclusivity checks, which the compiler already proves for the value types that these targets consist of.
let dataPlaneSettings: [SwiftSetting] =
    houseSettings + [
        .unsafeFlags(["-cross-module-optimization", "-enforce-exclusivity=unchecked"], .when(configuration: .release))
    ]

/// A simulation is arithmetic in a loop.
///
/// Without optimisation its tests would take minutes instead of seconds.
let simulationSettings: [SwiftSetting] =
    dataPlaneSettings + [.unsafeFlags(["-O"], .when(configuration: .debug))]

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let grpcCore = Target.Dependency.product(name: "GRPCCore", package: "grpc-swift-2")
let grpcProtobuf = Target.Dependency.product(name: "GRPCProtobuf", package: "grpc-swift-protobuf")
let grpcTransport = Target.Dependency.product(
    name: "GRPCNIOTransportHTTP2",
    package: "grpc-swift-nio-transport"
)
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let metrics = Target.Dependency.product(name: "CoreMetrics", package: "swift-metrics")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let swiftProtobuf = Target.Dependency.product(name: "SwiftProtobuf", package: "swift-protobuf")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

let package = Package(
    name: "pilotlight",
    products: [
        .executable(name: "pilotlight", targets: ["pilotlight"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", exact: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-protobuf", exact: "1.39.0"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/grpc/grpc-swift-2", exact: "2.4.3"),
        .package(url: "https://github.com/grpc/grpc-swift-nio-transport", exact: "2.9.2"),
        .package(url: "https://github.com/grpc/grpc-swift-protobuf", exact: "2.4.1"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1", traits: []),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
    ],
    targets: [
        // Level 0: values and tools that know nothing of serving.
        .target(name: "Hashing", swiftSettings: simulationSettings),
        .target(name: "Timekeeping", swiftSettings: dataPlaneSettings),
        .target(name: "StructuredData", swiftSettings: dataPlaneSettings),
        .target(name: "HTTPWire", swiftSettings: dataPlaneSettings),
        .target(name: "HTTPTransport", dependencies: ["CCurl", "Hashing"], swiftSettings: houseSettings),
        .target(name: "CChildProcess"),
        .target(name: "COnnxRuntime"),
        .target(name: "SimulationKit", swiftSettings: simulationSettings),
        .target(name: "Formulas", swiftSettings: houseSettings),
        .target(
            name: "MessageTransport",
            dependencies: ["CRabbitMQ", "CRdkafka", "HTTPTransport", "StructuredData", "Timekeeping", logging],
            swiftSettings: houseSettings
        ),
        // Shims for libraries that are loaded when they are first needed.
        .target(name: "CRdkafka"),
        .target(name: "CRabbitMQ"),
        .target(name: "CPostgres"),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),

        // Level 1: pure. No clock, no I/O, no randomness of their own.
        .target(name: "ServingAPI", dependencies: ["Formulas", "StructuredData"], swiftSettings: houseSettings),
        .target(
            name: "ScalingCore",
            dependencies: ["Formulas", "StructuredData", "Timekeeping"],
            swiftSettings: houseSettings
        ),
        .target(name: "RoutingCore", dependencies: ["Timekeeping"], swiftSettings: simulationSettings),
        .target(name: "YAMLReading", dependencies: ["StructuredData", yams], swiftSettings: houseSettings),

        // Level 2: what every role needs.
        .target(
            name: "Telemetry",
            dependencies: ["StructuredData", "Timekeeping", logging, metrics],
            swiftSettings: dataPlaneSettings
        ),
        .target(
            name: "KubernetesClient",
            dependencies: ["StructuredData", "ServingAPI", logging],
            swiftSettings: houseSettings
        ),

        // Level 3: the roles. None imports another.
        .target(
            name: "Activator",
            dependencies: [
                "HTTPWire", "KubernetesClient", "RoutingCore", "ServingAPI", "StructuredData", "Telemetry",
                "Timekeeping", lifecycle, logging, nioCore, nioPosix,
            ],
            swiftSettings: dataPlaneSettings
        ),
        .target(
            name: "Autoscaler",
            dependencies: [
                "Formulas", "KubernetesClient", "ScalingCore", "ServingAPI", "StructuredData", "Telemetry",
                "Timekeeping",
                lifecycle, logging,
            ],
            swiftSettings: houseSettings
        ),
        .target(
            name: "Controllers",
            dependencies: [
                "KubernetesClient", "ServingAPI", "StructuredData", "Telemetry", "Timekeeping", lifecycle, logging,
            ],
            swiftSettings: houseSettings
        ),
        .target(
            name: "InferenceServer",
            dependencies: [
                "COnnxRuntime", "HTTPWire", "MessageTransport", "StructuredData", "Telemetry", "Timekeeping", lifecycle,
                logging, nioCore, nioPosix,
            ],
            swiftSettings: dataPlaneSettings
        ),
        .target(
            name: "EmbeddedCluster",
            dependencies: [
                "CChildProcess", "HTTPTransport", "KubernetesClient", "ServingAPI", "StructuredData", "Telemetry",
                "Timekeeping", "YAMLReading", grdb, lifecycle, logging,
            ],
            swiftSettings: houseSettings
        ),
        .target(
            name: "Administration",
            dependencies: [
                "KubernetesClient", "ServingAPI", "StructuredData", "Telemetry", "Timekeeping", httpTypes, hummingbird,
                hummingbirdCore, lifecycle, logging, nioCore,
            ],
            resources: [
                .embedInCode("Dashboard/dashboard.css"), .embedInCode("Dashboard/dashboard.html"),
                .embedInCode("Dashboard/dashboard.js"),
            ],
            swiftSettings: houseSettings
        ),

        .target(
            name: "Simulator",
            dependencies: [
                "Hashing", "RoutingCore", "ScalingCore", "ServingAPI", "SimulationKit", "StructuredData", "Timekeeping",
                "YAMLReading",
            ],
            swiftSettings: simulationSettings
        ),

        // Level 4: adapters to the autoscaler's ports.
        .target(
            name: "Signals",
            dependencies: [
                "Autoscaler", "CPostgres", "HTTPTransport", "KubernetesClient", "MessageTransport",
                "ScalingCore", "ServingAPI", "StructuredData", "Telemetry", "Timekeeping", "YAMLReading", lifecycle,
                logging,
            ],
            swiftSettings: houseSettings
        ),
        .target(
            name: "ExternalScaler",
            dependencies: [
                "Autoscaler", "ScalingCore", "ServingAPI", "StructuredData", "Telemetry", "Timekeeping", grpcCore,
                grpcProtobuf, grpcTransport, lifecycle, logging, swiftProtobuf,
            ],
            exclude: ["externalscaler.proto"],
            swiftSettings: houseSettings
        ),

        // Level 5: wires the rooms together and holds no logic.
        .executableTarget(
            name: "pilotlight",
            dependencies: [
                "Activator", "Administration", "Autoscaler", "Controllers", "EmbeddedCluster", "ExternalScaler",
                "HTTPTransport", "InferenceServer", "KubernetesClient", "MessageTransport", "ScalingCore", "ServingAPI",
                "Signals", "SimulationKit", "Simulator", "StructuredData", "Telemetry", "Timekeeping", "YAMLReading",
                argumentParser, lifecycle, logging, unixSignals,
            ],
            swiftSettings: houseSettings
        ),

        // Tests: one target a room, and what several of them need.
        .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: houseSettings),
        .testTarget(name: "StructuredDataTests", dependencies: ["StructuredData"], swiftSettings: houseSettings),
        .testTarget(name: "TimekeepingTests", dependencies: ["Timekeeping"], swiftSettings: houseSettings),
        .testTarget(name: "HTTPWireTests", dependencies: ["HTTPWire"], swiftSettings: houseSettings),
        .testTarget(
            name: "HTTPTransportTests",
            dependencies: ["HTTPTransport"],
            exclude: ["server.py"],
            swiftSettings: houseSettings
        ),
        .testTarget(
            name: "ServingAPITests",
            dependencies: [
                "Formulas", "ServingAPI", "StructuredData",
            ],
            swiftSettings: houseSettings
        ),
        .testTarget(
            name: "ScalingCoreTests",
            dependencies: [
                "Formulas", "ScalingCore", "StructuredData", "Timekeeping",
            ],
            resources: [.copy("Fixtures")],
            swiftSettings: houseSettings
        ),
        .testTarget(
            name: "RoutingCoreTests",
            dependencies: [
                "RoutingCore", "Timekeeping",
            ],
            swiftSettings: houseSettings
        ),
        .testTarget(name: "HashingTests", dependencies: ["Hashing"], swiftSettings: houseSettings),
        .testTarget(name: "FormulasTests", dependencies: ["Formulas"], swiftSettings: houseSettings),
        .testTarget(name: "SimulationKitTests", dependencies: ["SimulationKit"], swiftSettings: houseSettings),
        .testTarget(
            name: "YAMLReadingTests",
            dependencies: ["StructuredData", "YAMLReading"],
            swiftSettings: houseSettings
        ),
        // A process that plays a Kafka cluster over real sockets: librdkafka's own mock of one.
        .executableTarget(
            name: "kafka-peer",
            dependencies: ["CRdkafka"],
            path: "Tests/KafkaPeer",
            swiftSettings: houseSettings
        ),
        .testTarget(
            name: "MessageTransportTests",
            dependencies: ["MessageTransport", "TestSupport", "Timekeeping", "kafka-peer"],
            swiftSettings: houseSettings
        ),
        .testTarget(
            name: "SignalsTests",
            dependencies: [
                "Autoscaler", "EmbeddedCluster", "HTTPTransport", "KubernetesClient", "MessageTransport", "ScalingCore",
                "ServingAPI", "Signals", "StructuredData", "Telemetry", "TestSupport", "Timekeeping", "kafka-peer",
                logging,
            ],
            exclude: ["Kafka/secure-front.py"],
            swiftSettings: houseSettings
        ),
        .testTarget(
            name: "ExternalScalerTests",
            dependencies: [
                "Autoscaler", "ExternalScaler", "KubernetesClient", "ScalingCore", "ServingAPI", "StructuredData",
                "Telemetry", "TestSupport", "Timekeeping", grpcCore, grpcTransport, lifecycle, logging, swiftProtobuf,
            ],
            swiftSettings: houseSettings
        ),
        .testTarget(
            name: "SimulatorTests",
            dependencies: [
                "RoutingCore", "ScalingCore", "ServingAPI", "SimulationKit", "Simulator", "StructuredData",
                "Timekeeping", "YAMLReading",
            ],
            exclude: ["Fixtures"],
            swiftSettings: houseSettings
        ),
        // The live autoscaler and the simulator side by side; neither knows the other.
        .testTarget(
            name: "LikenessTests",
            dependencies: [
                "Autoscaler", "KubernetesClient", "ScalingCore", "ServingAPI", "SimulationKit", "Simulator",
                "Timekeeping",
            ],
            swiftSettings: houseSettings
        ),
        .testTarget(
            name: "TelemetryTests",
            dependencies: [
                "StructuredData", "Telemetry", "Timekeeping", logging, metrics,
            ],
            swiftSettings: houseSettings
        ),
        .testTarget(
            name: "KubernetesClientTests",
            dependencies: [
                "EmbeddedCluster", "KubernetesClient", "ServingAPI", "StructuredData", "Telemetry",
            ],
            swiftSettings: houseSettings
        ),
        .testTarget(
            name: "ActivatorTests",
            dependencies: [
                "Activator", "EmbeddedCluster", "HTTPWire", "KubernetesClient", "RoutingCore", "ServingAPI",
                "StructuredData", "Telemetry", "TestSupport", "Timekeeping", nioCore, nioPosix,
            ],
            swiftSettings: houseSettings
        ),
        .testTarget(
            name: "AutoscalerTests",
            dependencies: [
                "Autoscaler", "EmbeddedCluster", "Formulas", "KubernetesClient", "ScalingCore", "ServingAPI",
                "StructuredData", "Telemetry", "Timekeeping",
            ],
            swiftSettings: houseSettings
        ),
        .testTarget(
            name: "ControllersTests",
            dependencies: [
                "Controllers", "EmbeddedCluster", "KubernetesClient", "ServingAPI", "StructuredData", "Telemetry",
                "Timekeeping", lifecycle, logging,
            ],
            swiftSettings: houseSettings
        ),
        .testTarget(
            name: "InferenceServerTests",
            dependencies: [
                "HTTPWire", "InferenceServer", "MessageTransport", "StructuredData", "Telemetry", "TestSupport",
                "Timekeeping", "kafka-peer", logging, nioCore, nioPosix,
            ],
            exclude: ["Fixtures", "Golden"],
            swiftSettings: houseSettings
        ),
        .testTarget(
            name: "EmbeddedClusterTests",
            dependencies: [
                "CChildProcess", "EmbeddedCluster", "KubernetesClient", "ServingAPI", "StructuredData", "Telemetry",
                "Timekeeping", lifecycle, logging,
            ],
            swiftSettings: houseSettings
        ),
        .testTarget(
            name: "AdministrationTests",
            dependencies: [
                "Administration", "EmbeddedCluster", "KubernetesClient", "ServingAPI", "StructuredData", "Telemetry",
                "Timekeeping",
            ],
            swiftSettings: houseSettings
        ),
        .testTarget(name: "TidyTests", swiftSettings: houseSettings),
        .testTarget(
            name: "SystemTests",
            dependencies: ["Autoscaler", "ExternalScaler", "ScalingCore", "StructuredData", "TestSupport"],
            swiftSettings: houseSettings
        ),
    ]
)

// Benchmarks are built on demand only: PILOTLIGHT_BENCHMARKS=1 swift build -c release --product AutoscalerBenchmark
if Context.environment["PILOTLIGHT_BENCHMARKS"] != nil {
    package.targets.append(
        .executableTarget(
            name: "AutoscalerBenchmark",
            dependencies: [
                "Autoscaler", "KubernetesClient", "ScalingCore", "ServingAPI", "Telemetry", "Timekeeping",
            ],
            path: "Benchmarks/AutoscalerBenchmark",
            swiftSettings: houseSettings
        )
    )
    package.targets.append(
        .executableTarget(
            name: "SimulatorBenchmark",
            dependencies: ["Simulator"],
            path: "Benchmarks/SimulatorBenchmark",
            swiftSettings: dataPlaneSettings
        )
    )
    package.targets.append(
        .executableTarget(
            name: "ConsumptionBenchmark",
            dependencies: ["InferenceServer", "MessageTransport", "Telemetry", logging, nioCore],
            path: "Benchmarks/ConsumptionBenchmark",
            swiftSettings: dataPlaneSettings
        )
    )
    package.targets.append(
        .executableTarget(
            name: "KafkaPollBenchmark",
            dependencies: ["Autoscaler", "MessageTransport", "Signals", logging],
            path: "Benchmarks/KafkaPollBenchmark",
            swiftSettings: houseSettings
        )
    )
}

// PILOTLIGHT_ROOMS=ScalingCore,RoutingCore builds and tests those rooms and what they stand on, nothing else.
if let rooms = Context.environment["PILOTLIGHT_ROOMS"] {
    var kept = Set(rooms.split(separator: ",").flatMap { [String($0), "\($0)Tests"] })
    var isGrowing = true
    while isGrowing {
        let needed = package.targets.filter { kept.contains($0.name) }.flatMap(\.dependencies).compactMap {
            dependency in
            if case .byNameItem(let name, _) = dependency { name } else { nil }
        }
        isGrowing = !kept.isSuperset(of: needed)
        kept.formUnion(needed)
    }
    package.targets.removeAll { !kept.contains($0.name) }
    package.products.removeAll { _ in !kept.contains("pilotlight") }
}
