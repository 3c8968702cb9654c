import Autoscaler
import EmbeddedCluster
import KubernetesClient
import ScalingCore
import StructuredData
import TestSupport
import Testing

@testable import Signals

/// What tests of triggers have in common.
enum TriggerTesting {
    /// A declaration in the namespace `default`.
    static func declare(
        _ type: String,
        _ metadata: [String: String],
        credentials: [String: String] = [:],
        environment: [String: String] = [:],
        metricType: TriggerDeclaration.MetricType = .averageValue,
        podLabels: [String: String] = [:]
    ) -> TriggerDeclaration {
        TriggerDeclaration(
            namespace: "default",
            scaledObject: "scorer",
            index: 0,
            type: type,
            metadata: metadata,
            credentials: credentials,
            environment: environment,
            metricType: metricType,
            podLabels: podLabels
        )
    }

    /// Every type, with a cluster of its own in memory unless one is given.
    static func catalogue(_ api: any KubernetesAPI = EmbeddedAPI.inMemory()) -> TriggerCatalogue {
        .standard(api: api)
    }

    /// What is wrong with a declaration, without the part of the path that is always the same.
    static func problems(_ declaration: TriggerDeclaration) -> [String] {
        Self.catalogue().problems(with: declaration).map {
            $0.description.hasPrefix("spec.triggers[0].")
                ? String($0.description.dropFirst("spec.triggers[0].".count)) : $0.description
        }
    }

    /// The failure that a read ends with, which must be one.
    static func failure(of trigger: any Trigger) async -> TriggerFailure? {
        do {
            let reading = try await trigger.read()
            Issue.record("there is a reading where a failure was expected: \(reading)")
            return nil
        } catch {
            return error
        }
    }

    /// Reads again and again, a bounded number of times, until there is a reading that is as wanted.
    static func reading(
        of trigger: any Trigger,
        until isWanted: (TriggerReading) -> Bool = { _ in true }
    ) async throws -> TriggerReading {
        var last = "nothing"
        for _ in 0..<200 {
            do {
                let reading = try await trigger.read()
                if isWanted(reading) { return reading }
                last = "\(reading)"
            } catch {
                last = "\(error)"
            }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw TCPSocket.Failure(description: "the reading that was waited for did not come; the last was \(last)")
    }
}

extension TriggerReading {
    /// The first metric's value.
    var value: Double? { self.metrics.first?.value }
}
