import Autoscaler
import GRPCCore
import GRPCNIOTransportHTTP2
import Logging
import ScalingCore
import ServiceLifecycle
import StructuredData
import SwiftProtobuf
import Synchronization
import TestSupport
import Testing

@testable import ExternalScaler

@Suite("External scalers", .timeLimit(.minutes(1)))
struct ExternalTriggerTests {
    /// What the autoscaler knows, as a test says.
    final class StubSignals: RequestSignalSource {
        private let state = Mutex<RequestSignal?>(nil)

        var signal: RequestSignal? {
            get { self.state.withLock { $0 } }
            set { self.state.withLock { $0 = newValue } }
        }

        /// How often it was looked at.
        let looks = Atomic<Int>(0)

        func requestSignal(namespace: String, inferenceService: String) -> RequestSignal? {
            self.looks.add(1, ordering: .relaxed)
            return (namespace, inferenceService) == ("models", "iris") ? self.signal : nil
        }
    }

    private static let busy = RequestSignal(metric: .concurrency, load: 12.5, target: 7, desiredReplicas: 3)

    private static func declaration(
        _ type: String,
        port: Int,
        _ metadata: [String: String] = [:],
        credentials: [String: String] = [:]
    ) -> TriggerDeclaration {
        let common = ["scalerAddress": "127.0.0.1:\(port)", "inferenceService": "iris", "namespace": "models"]
        return TriggerDeclaration(
            namespace: "default",
            scaledObject: "features",
            index: 0,
            type: type,
            metadata: common.merging(metadata) { $1 },
            credentials: credentials
        )
    }

    /// Runs our own server, which is gone before this returns.
    private static func withServer(
        _ signals: any RequestSignalSource,
        _ settings: ExternalScalerServer.Settings? = nil,
        _ body: (Int) async throws -> Void
    ) async throws {
        var chosen = settings ?? ExternalScalerServer.Settings()
        if settings == nil { chosen.port = 0 }
        let server = ExternalScalerServer(signals: signals, settings: chosen)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            try await body(try await server.port)
            group.cancelAll()
            while let result = await group.nextResult() { _ = result }
        }
    }

    private static func failure(of trigger: any Trigger) async -> TriggerFailure? {
        do {
            _ = try await trigger.read()
            return nil
        } catch {
            return error
        }
    }

    @Test("our own server tells our own client the load, its target and whether there is any")
    func roundTrip() async throws {
        let signals = StubSignals()
        try await Self.withServer(signals) { port in
            let trigger = try ExternalTriggers().trigger(for: Self.declaration("external", port: port))
            // Unknown is not zero.
            #expect(await Self.failure(of: trigger)?.kind == .unavailable)
            signals.signal = Self.busy
            let busy = TriggerReading(
                metrics: [.init(name: "pilotlight-concurrency", value: 12.5, target: 7)],
                isActive: true
            )
            #expect(try await trigger.read() == busy)
            signals.signal = RequestSignal(metric: .rps, load: 0, target: 20, desiredReplicas: 0)
            let idle = TriggerReading(metrics: [.init(name: "pilotlight-rps", value: 0, target: 20)], isActive: false)
            #expect(try await trigger.read() == idle)
        }
    }

    @Test("the replicas that are wanted can be followed instead")
    func replicas() async throws {
        let signals = StubSignals()
        signals.signal = Self.busy
        try await Self.withServer(signals) { port in
            let trigger = try ExternalTriggers().trigger(
                for: Self.declaration("external", port: port, ["signal": "replicas"])
            )
            #expect(try await trigger.read().metrics == [.init(name: "pilotlight-replicas", value: 3, target: 1)])
            let wrong = try ExternalTriggers().trigger(
                for: Self.declaration("external", port: port, ["signal": "replica"])
            )
            #expect(await Self.failure(of: wrong)?.kind == .invalid)
            let nameless = try ExternalTriggers().trigger(
                for: Self.declaration("external", port: port, ["inferenceService": ""])
            )
            #expect(await Self.failure(of: nameless)?.description.contains("inferenceService is required") == true)
        }
    }

    @Test("a pushing scaler's changes arrive by themselves, also after it was away")
    func push() async throws {
        let signals = StubSignals()
        signals.signal = RequestSignal(metric: .concurrency, load: 0, target: 7, desiredReplicas: 0)
        let port = try FreePort.pick()
        var settings = ExternalScalerServer.Settings()
        settings.port = port
        let (configuration, _) = ExternalConfiguration.read(Self.declaration("external-push", port: port))
        let pool = ExternalConnections()
        let trigger = ExternalTrigger(
            try #require(configuration),
            connection: pool.connection(to: try #require(configuration).server),
            backoff: PushBackoff(first: .milliseconds(50), longest: .milliseconds(200))
        )
        var changes = try #require(trigger.activations()).makeAsyncIterator()
        try await Self.withServer(signals, settings) { _ in
            #expect(await changes.next() == false)
            signals.signal = Self.busy
            #expect(await changes.next() == true)
        }
        #expect(await Self.failure(of: trigger)?.kind == .unavailable)
        try await Self.withServer(signals, settings) { _ in
            // The present state comes first on every new stream.
            #expect(await changes.next() == true)
            signals.signal = RequestSignal(metric: .concurrency, load: 0, target: 7, desiredReplicas: 0)
            #expect(await changes.next() == false)
            await trigger.close()
            #expect(await changes.next() == nil)
        }
    }

    @Test("a server that is asked to end does so while somebody listens")
    func endsWithListener() async throws {
        let signals = StubSignals()
        signals.signal = Self.busy
        var settings = ExternalScalerServer.Settings()
        settings.port = 0
        let server = ExternalScalerServer(signals: signals, settings: settings)
        let group = ServiceGroup(services: [server], logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        async let run: Void = group.run()
        let declaration = Self.declaration("external-push", port: try await server.port)
        let trigger = try ExternalTriggers().trigger(for: declaration)
        var changes = try #require(trigger.activations()).makeAsyncIterator()
        #expect(await changes.next() == true)
        await group.triggerGracefulShutdown()
        try await run
        await trigger.close()
    }

    @Test("a stream ends when its listener goes")
    func endsWithoutListener() async throws {
        let signals = StubSignals()
        signals.signal = Self.busy
        try await Self.withServer(signals) { port in
            let trigger = try ExternalTriggers().trigger(for: Self.declaration("external-push", port: port))
            var changes = try #require(trigger.activations()).makeAsyncIterator()
            #expect(await changes.next() == true)
            await trigger.close()
            // Looks come four times a second while somebody listens.
            var last = -1
            while last != signals.looks.load(ordering: .relaxed) {
                last = signals.looks.load(ordering: .relaxed)
                try await Task.sleep(for: .seconds(1))
            }
        }
    }

    @Test("a trigger that does not push has no stream")
    func noPush() throws {
        #expect(try ExternalTriggers().trigger(for: Self.declaration("external", port: 1)).activations() == nil)
    }

    @Test("a server that nobody is at, and one that says nothing, are failures in time")
    func silence() async throws {
        let nobody = try ExternalTriggers().trigger(for: Self.declaration("external", port: try FreePort.pick()))
        #expect(await Self.failure(of: nobody)?.kind == .unavailable)
        let (socket, port) = try TCPSocket.listen()
        defer { socket.stopListening() }
        let silent = try ExternalTriggers().trigger(for: Self.declaration("external", port: port))
        #expect(await Self.failure(of: silent)?.kind == .unavailable)
    }

    @Test("TLS is verified, and clients can be made to show a certificate")
    func tls() async throws {
        try await TestCertificates.with { certificates in
            let signals = StubSignals()
            signals.signal = Self.busy
            let authority = try TestCertificates.text(certificates.authorityPath)
            let stranger = try TestCertificates.text(certificates.strangerPath)
            let certificate = try TestCertificates.text(certificates.certificatePath)
            let key = try TestCertificates.text(certificates.keyPath)
            var settings = ExternalScalerServer.Settings()
            settings.port = 0
            settings.certificate = certificate
            settings.key = key
            func read(_ port: Int, _ metadata: [String: String], _ credentials: [String: String]) async -> Bool {
                var metadata = metadata
                metadata["scalerAddress"] = "localhost:\(port)"
                let declaration = Self.declaration("external", port: port, metadata, credentials: credentials)
                guard let trigger = try? ExternalTriggers().trigger(for: declaration) else { return false }
                return await Self.failure(of: trigger) == nil
            }
            try await Self.withServer(signals, settings) { port in
                #expect(await read(port, [:], ["caCert": authority]))
                #expect(await read(port, ["enableTLS": "true", "unsafeSsl": "true"], [:]))
                #expect(await read(port, ["enableTLS": "true"], [:]) == false)
                #expect(await read(port, [:], ["caCert": stranger]) == false)
                #expect(await read(port, [:], [:]) == false)
            }
            settings.clientAuthority = authority
            try await Self.withServer(signals, settings) { port in
                #expect(await read(port, [:], ["caCert": authority]) == false)
                let known = ["caCert": authority, "tlsClientCert": certificate, "tlsClientKey": key]
                #expect(await read(port, [:], known))
            }
        }
    }

    @Test("connections are shared by triggers with the same scaler and certificates")
    func sharing() throws {
        let pool = ExternalConnections()
        let first = try pool.connection(to: ExternalServer(host: "127.0.0.1", port: 1)).get()
        let second = try pool.connection(to: ExternalServer(host: "127.0.0.1", port: 1)).get()
        var encrypted = ExternalServer(host: "127.0.0.1", port: 1)
        encrypted.usesTLS = true
        let third = try pool.connection(to: encrypted).get()
        #expect(first === second)
        #expect(first !== third)
    }

    @Test("everything wrong with a declaration is told at once")
    func problems() {
        func problems(_ metadata: [String: String], _ credentials: [String: String] = [:]) -> [String] {
            let declaration = TriggerDeclaration(
                namespace: "n",
                scaledObject: "o",
                index: 2,
                type: "external",
                metadata: metadata,
                credentials: credentials
            )
            return ExternalTriggers().problems(with: declaration).map(\.description)
        }
        #expect(problems(["scalerAddress": "dns:///scaler.default:9090", "anything": "goes"]).isEmpty)
        #expect(
            problems(["scalerAdress": "a:1", "enableTLS": "maybe"], ["tlsClientCert": "x"]) == [
                "spec.triggers[2].metadata.scalerAddress: is required; 'scalerAdress' is not known",
                "spec.triggers[2].metadata.enableTLS: is 'maybe', but must be 'true' or 'false'",
                "spec.triggers[2].authenticationRef: tlsClientCert and tlsClientKey go together",
            ]
        )
        #expect(
            problems(["scalerAddress": "scaler"]) == [
                "spec.triggers[2].metadata.scalerAddress: is 'scaler', but must be a host and a port, as "
                    + "scaler.default.svc:9090"
            ]
        )
    }

    @Test("variables of the container go to the scaler with their values")
    func variables() throws {
        let declaration = TriggerDeclaration(
            namespace: "n",
            scaledObject: "o",
            index: 0,
            type: "external",
            metadata: ["scalerAddress": "a:1", "tokenFromEnv": "TOKEN", "otherFromEnv": "NONE", "column": "doing"],
            environment: ["TOKEN": "t"]
        )
        let configuration = try #require(ExternalConfiguration.read(declaration).configuration)
        #expect(configuration.metadata == ["scalerAddress": "a:1", "tokenFromEnv": "t", "column": "doing"])
    }

    @Test("a stream that breaks is opened again after 2 s, twice as long each time, a minute at most")
    func backoff() {
        var backoff = PushBackoff()
        #expect((0..<7).map { _ in backoff.next() } == [2, 4, 8, 16, 32, 60, 60].map { .seconds($0) })
        backoff.reset()
        #expect(backoff.next() == .seconds(2))
    }

    @Test("older scalers that know whole numbers only, and several values of one metric, are understood")
    func olderScalers() async throws {
        let server = GRPCServer(
            transport: HTTP2ServerTransport.Posix(
                address: .ipv4(host: "127.0.0.1", port: 0),
                transportSecurity: .plaintext
            ),
            services: [OldScaler()]
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.serve() }
            let port = try await server.listeningAddress?.ipv4?.port ?? 0
            let trigger = try ExternalTriggers().trigger(for: Self.declaration("external", port: port))
            let expected = TriggerReading(metrics: [.init(name: "cards", value: 9, target: 4)], isActive: true)
            #expect(try await trigger.read() == expected)
            server.beginGracefulShutdown()
            group.cancelAll()
            while let result = await group.nextResult() { _ = result }
        }
    }

    /// A scaler of before numbers had fractions, without the newer call.
    private struct OldScaler: Externalscaler_ExternalScaler.SimpleServiceProtocol {
        func isActive(
            request: Externalscaler_ScaledObjectRef,
            context: ServerContext
        ) async throws -> Externalscaler_IsActiveResponse { .with { $0.result = true } }

        func streamIsActive(
            request: Externalscaler_ScaledObjectRef,
            response: RPCWriter<Externalscaler_IsActiveResponse>,
            context: ServerContext
        ) async throws {}

        func getMetricSpec(
            request: Externalscaler_ScaledObjectRef,
            context: ServerContext
        ) async throws -> Externalscaler_GetMetricSpecResponse {
            .with { $0.metricSpecs = [.with { ($0.metricName, $0.targetSize) = ("cards", 4) }] }
        }

        func getMetrics(
            request: Externalscaler_GetMetricsRequest,
            context: ServerContext
        ) async throws -> Externalscaler_GetMetricsResponse {
            .with { $0.metricValues = [.with { $0.metricValue = 5 }, .with { $0.metricValue = 4 }] }
        }

        func streamMetricSpec(
            request: Externalscaler_ScaledObjectRef,
            response: RPCWriter<Externalscaler_GetMetricSpecResponse>,
            context: ServerContext
        ) async throws { throw RPCError(code: .unimplemented, message: "") }
    }
}
