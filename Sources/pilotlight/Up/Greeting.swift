import KubernetesClient
import ServiceLifecycle
import ServingAPI
import StructuredData
import Telemetry

/// Says where everything is, and for every service that becomes known how to ask it something.
struct Greeting: Service {
    /// A request body for people who want to try the service; printed with its address.
    static let exampleAnnotation = "pilotlight.dev/example"

    let api: any KubernetesAPI
    let feed: ActivityFeed
    let host: String
    let port: Int
    let admin: ListenAddress
    let hasManifests: Bool

    func print() {
        StandardStream.output.write(
            """
            Pilotlight \(Version.text)
              services   http://NAME.NAMESPACE.localhost:\(self.port)
              dashboard  http://\(self.admin)/   metrics at /metrics

            """
        )
        if !self.hasManifests {
            StandardStream.output.write("No manifests were given: `pilotlight up FOLDER` applies those in FOLDER.\n")
        }
    }

    func run() async throws {
        let informer = Informer(api: self.api, type: .inferenceService)
        await cancelWhenGracefulShutdown {
            await informer.run { changes in
                for case .added(let service) in changes { self.tell(service) }
            }
        }
    }

    private func tell(_ service: KubernetesObject) {
        guard let example = service.annotations[Self.exampleAnnotation] else { return }
        let url = "http://\(service.name).\(service.namespace).localhost:\(self.port)/v1/models/\(service.name):predict"
        StandardStream.output.write("\n  try  curl -s \(url) -d '\(example)'\n\n")
    }
}
