import Foundation
import KubernetesClient
import ServingAPI

/// Puts a pod's model where its containers find it.
struct ModelStorage {
    /// The folder of one pod.
    let podDirectory: String

    /// Makes `podDirectory/models` a link to the model that the pod names.
    ///
    /// - Returns: The link's path, or `nil` when the pod names no model.
    func materialise(for pod: KubernetesObject) throws(ContainerProblem) -> String? {
        guard let source = pod.annotations[AnnotationName.storageSource], !source.isEmpty else { return nil }
        let path = try Self.localPath(source)
        guard access(path, R_OK) == 0 else {
            throw ContainerProblem(
                reason: "FailedMount",
                message: "the model \(source) cannot be read: \(String(cString: strerror(errno)))"
            )
        }
        let link = "\(self.podDirectory)/models"
        do throws(SystemError) {
            try Directories.make(self.podDirectory)
        } catch {
            throw ContainerProblem(reason: "FailedMount", message: "\(error)")
        }
        unlink(link)
        guard symlink(path, link) == 0 else {
            throw ContainerProblem(
                reason: "FailedMount",
                message: "cannot make \(link): \(String(cString: strerror(errno)))"
            )
        }
        return link
    }

    private static func localPath(_ source: String) throws(ContainerProblem) -> String {
        if source.hasPrefix("file://") {
            let path = source.dropFirst("file://".count)
            return String(path.removingPercentEncoding ?? String(path))
        }
        if source.hasPrefix("/") { return source }
        throw ContainerProblem(
            reason: "FailedMount",
            message: source.contains("://")
                ? "the embedded cluster reads models from this machine's files, not from \(source): "
                    + "fetch it, and name it as file:///path"
                : "the model's path \(source) is not absolute"
        )
    }

    /// Takes away the folder, never the model behind the link.
    func remove() {
        unlink("\(self.podDirectory)/models")
        try? FileManager.default.removeItem(atPath: self.podDirectory)
    }
}
