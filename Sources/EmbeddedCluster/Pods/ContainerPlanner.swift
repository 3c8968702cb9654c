import Foundation
import KubernetesClient
import ServingAPI
import StructuredData

/// Makes a process out of a container.
struct ContainerPlanner {
    /// The image whose containers run this program itself.
    static let ownImage = "pilotlight/server"
    /// Where containers look for their model.
    static let modelMount = "/mnt/models"

    let pod: KubernetesObject
    let port: Int
    let address: String
    /// What stands at `/mnt/models`; `nil` when the pod has no model.
    let modelPath: String?
    /// This program.
    let ownExecutable: String
    /// What every container gets from the platform's own environment.
    let inherited: [String: String]
    let lookUp: (ResourceType, ObjectKey) -> KubernetesObject?

    func plan(_ container: Container) throws(ContainerProblem) -> ContainerPlan {
        var base = self.inherited
        base["PORT"] = "\(self.port)"
        base["POD_IP"] = self.address
        base["POD_NAME"] = self.pod.name
        base["POD_NAMESPACE"] = self.pod.namespace
        let environment = ContainerEnvironment(pod: self.pod, address: self.address, lookUp: self.lookUp)
        let variables = try environment.variables(of: container, over: base).mapValues(self.withModelPath)
        func concrete(_ words: [String]) -> [String] {
            words.map { self.withModelPath(VariableExpansion.expand($0, with: variables)) }
        }
        try self.checkProbes(container)
        let (executable, arguments) = try self.command(container, concrete, variables)
        return ContainerPlan(
            executable: executable,
            arguments: arguments,
            environment: variables,
            directory: container.workingDir.map { self.withModelPath($0) }
        )
    }

    private func command(
        _ container: Container,
        _ concrete: ([String]) -> [String],
        _ variables: [String: String]
    ) throws(ContainerProblem) -> (executable: String, arguments: [String]) {
        let arguments = concrete(container.args)
        guard let program = container.command.first else {
            guard Self.isOwn(container.image) else {
                throw ContainerProblem(
                    reason: "ErrImageNeverPull",
                    message: "the embedded cluster runs commands, not images: give container "
                        + "'\(container.name ?? "")' a command, or use the image \(Self.ownImage)"
                )
            }
            return (self.ownExecutable, [self.ownExecutable] + arguments)
        }
        let command = concrete(container.command)
        let words = command + arguments
        let name = command.first ?? program
        if let path = Self.path(of: name, variables: variables) { return (path, words) }
        throw ContainerProblem(
            reason: "RunContainerError",
            message: "there is no program '\(name)' on the PATH of container '\(container.name ?? "")'"
        )
    }

    /// Where a program lies: as it is written when there is a slash in it, else on the container's PATH.
    static func path(of name: String, variables: [String: String]) -> String? {
        if name.contains("/") { return name }
        return (variables["PATH"] ?? "/usr/local/bin:/usr/bin:/bin").split(separator: ":").lazy
            .map { "\($0)/\(name)" }
            .first { access($0, X_OK) == 0 }
    }

    private func checkProbes(_ container: Container) throws(ContainerProblem) {
        for field in ["startupProbe", "readinessProbe", "livenessProbe"] {
            guard case .unsupported(let kind)? = ProbeSpec(json: container.json[field])?.handler else { continue }
            throw ContainerProblem(
                reason: "UnsupportedProbe",
                message:
                    "the \(field) of container '\(container.name ?? "")' is of the kind \(kind), which the embedded "
                    + "cluster cannot carry out: use httpGet, tcpSocket or exec"
            )
        }
    }

    private static func isOwn(_ image: String?) -> Bool {
        guard let image else { return false }
        return [Self.ownImage, "docker.io/\(Self.ownImage)"].contains { own in
            image == own || image.hasPrefix("\(own):") || image.hasPrefix("\(own)@")
        }
    }

    /// The text with the model's real place in it; `/mnt/models2` is another place.
    func withModelPath(_ text: String) -> String {
        guard let modelPath, text.contains(Self.modelMount) else { return text }
        var result = ""
        var rest = Substring(text)
        while let found = rest.range(of: Self.modelMount) {
            let next = found.upperBound < rest.endIndex ? rest[found.upperBound] : "/"
            let isWhole = !(next.isLetter || next.isNumber || "-_.".contains(next))
            result += rest[..<found.lowerBound] + (isWhole ? modelPath : Self.modelMount)
            rest = rest[found.upperBound...]
        }
        return result + rest
    }
}
