import KubernetesClient
import ServingAPI
import StructuredData

/// Puts the runtimes that come with the program into the API, in their present form.
struct BundledRuntimeInstaller {
    let api: any KubernetesAPI

    func install() async throws(KubernetesError) {
        for runtime in BundledRuntimes.all {
            let object = KubernetesObject(json: runtime.json)
            do {
                let old = try await self.api.get(.clusterServingRuntime, object.key)
                var new = object
                new.resourceVersion = old.resourceVersion
                _ = try await self.api.update(.clusterServingRuntime, new, subresource: nil)
            } catch  where error.code == .notFound {
                _ = try await self.api.create(.clusterServingRuntime, object)
            }
        }
    }
}
