import Activator
import Administration
import Autoscaler
import Controllers
import EmbeddedCluster
import ExternalScaler
import Foundation
import KubernetesClient
import Logging
import ServiceLifecycle
import ServingAPI
import Signals
import StructuredData
import Telemetry
import UnixSignals

/// Wires every role together over the embedded cluster.
struct Platform {
    private let command: UpCommand
    private let feed = ActivityFeed(capacity: 512)
    private let metrics = MetricsRegistry()
    private let defaults: ScalingDefaults

    init(_ command: UpCommand) throws {
        self.command = command
        self.defaults = try command.defaults()
        self.metrics.register(ProcessCollector())
    }

    func run() async throws {
        let printer = ActivityPrinter(feed: self.feed)
        let cluster = try self.makeCluster()
        self.metrics.register(cluster.api)
        try await BundledRuntimeInstaller(api: cluster.api).install()
        let autoscaler = AutoscalerService(
            api: cluster.api,
            triggers: TriggerSources([TriggerCatalogue.standard(api: cluster.api), ExternalTriggers()]),
            credentials: ClusterCredentials(api: cluster.api),
            metrics: self.metrics,
            feed: self.feed,
            log: Logger(label: "autoscaler")
        )
        let relay = LoadRelay(autoscaler)
        let activator = ActivatorService(
            settings: self.activatorSettings(),
            api: cluster.api,
            receiver: relay,
            feed: self.feed,
            log: Logger(label: "activator")
        )
        self.metrics.register(activator.collector)
        let port = try await self.bind(activator)
        let controller = ControllerService(
            api: cluster.api,
            settings: self.controllerSettings(port: port),
            metrics: self.metrics,
            feed: self.feed,
            log: Logger(label: "controller")
        )
        let triggers = TriggerRelay(autoscaler: autoscaler)
        let administration = self.makeAdministration(cluster: cluster, loads: relay, triggers: triggers)
        let manifests = ManifestWatcher(
            paths: self.command.paths,
            applier: ManifestApplier(api: cluster.api),
            feed: self.feed,
            log: Logger(label: "manifests")
        )
        let greeting = Greeting(
            api: cluster.api,
            feed: self.feed,
            host: self.command.listen.host,
            port: port,
            admin: self.command.admin,
            hasManifests: !self.command.paths.isEmpty
        )
        greeting.print()
        let services: [any Service] =
            [printer] + cluster.services + [controller, autoscaler, activator, administration, manifests, greeting]
        try await self.run(services + self.externalScaler(autoscaler))
    }

    /// Nobody asks for the request signal unless somebody says so.
    private func externalScaler(_ autoscaler: AutoscalerService) -> [any Service] {
        guard let address = self.command.externalScaler else { return [] }
        var settings = ExternalScalerServer.Settings()
        settings.host = address.host
        settings.port = address.port
        return [
            ExternalScalerServer(signals: autoscaler, settings: settings, log: Logger(label: "external-scaler"))
        ]
    }

    private func run(_ services: [any Service]) async throws {
        var configuration = ServiceGroupConfiguration(
            services: services.map { .init(service: $0) },
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: Logger(label: "platform")
        )
        configuration.maximumGracefulShutdownDuration = .seconds(60)
        try await ServiceGroup(configuration: configuration).run()
    }

    // MARK: The roles

    private func makeCluster() throws -> EmbeddedCluster {
        let directory = URL(fileURLWithPath: self.command.dataDir).path
        let defaults = self.defaults
        var settings = EmbeddedClusterSettings(directory: directory)
        // A process starts in a tenth of a second where a pod takes many: waiting as long as a kubelet between two
        // attempts would be most of an outage.
        settings.runner.restartBase = .seconds(1)
        settings.runner.maximumRestartWait = .seconds(60)
        return try EmbeddedCluster(
            settings,
            admission: [
                AdmissionRule(
                    .inferenceService,
                    fill: { $0.json = InferenceService.defaulting($0.json) },
                    check: { InferenceService.problems(of: $0.json, replacing: $1?.json, defaults: defaults) }
                )
            ]
                + [ResourceType.servingRuntime, .clusterServingRuntime].map { type in
                    AdmissionRule(type, check: { ServingRuntime.problems(of: $0.json, replacing: $1?.json) })
                } + EventScalingAdmission.rules,
            activities: self.feed,
            log: Logger(label: "cluster")
        )
    }

    private func activatorSettings() -> ActivatorSettings {
        var settings = ActivatorSettings()
        settings.host = self.command.listen.host
        settings.port = self.command.listen.port
        settings.loopCount = self.command.loops ?? max(1, ProcessInfo.processInfo.activeProcessorCount)
        return settings
    }

    private func bind(_ activator: ActivatorService) async throws -> Int {
        do {
            return try await activator.bind()
        } catch {
            throw StartError("cannot listen on \(self.command.listen): \(error). Choose another with --listen")
        }
    }

    private func controllerSettings(port: Int) -> ControllerSettings {
        var settings = ControllerSettings()
        settings.domain = self.command.domain
        settings.externalPort = port == 80 ? nil : port
        settings.scaling = self.defaults
        return settings
    }

    private func makeAdministration(
        cluster: EmbeddedCluster,
        loads: LoadRelay,
        triggers: TriggerRelay
    ) -> AdministrationServer {
        AdministrationServer(
            settings: AdministrationSettings(
                host: self.command.admin.host,
                port: self.command.admin.port,
                version: Version.text
            ),
            api: cluster.api,
            loads: loads,
            triggers: triggers,
            feed: self.feed,
            metrics: self.metrics,
            logs: EmbeddedLogSource(reader: cluster.logs),
            readiness: AlwaysReady(),
            log: Logger(label: "administration")
        )
    }
}

/// Why the platform cannot start, for whoever started it.
struct StartError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// Once the platform listens it serves.
private struct AlwaysReady: ReadinessSource {
    func obstacles() async -> [String] { [] }
}
