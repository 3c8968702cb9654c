/// How the process runner plays the kubelet.
public struct ProcessRunnerSettings: Sendable {
    /// Ports that replicas get, one each.
    public var ports: ClosedRange<Int> = 20_000...29_999
    /// The address at which replicas are reached; what a pod is told as its own.
    public var address = "127.0.0.1"
    /// What containers of the image `pilotlight/server` execute; by default this program itself.
    public var ownExecutable = ProcessRunnerSettings.thisProgram
    /// The platform's environment variables that containers get; a name that ends in `*` stands for all that begin so.
    public var inheritedVariables = [
        "PATH", "HOME", "USER", "LANG", "LC_*", "TZ", "TMPDIR", "LD_LIBRARY_PATH", "VIRTUAL_ENV", "PYTHON*", "CUDA_*",
        "NVIDIA_*", "ORT_*", "OMP_*", "PILOTLIGHT_ONNXRUNTIME",
    ]
    /// How long replicas have to end when the platform does.
    public var shutdownGrace: Duration = .seconds(10)
    /// The wait before the second restart of a container that keeps ending; doubles up to `maximumRestartWait`.
    public var restartBase: Duration = .seconds(10)
    public var maximumRestartWait: Duration = .seconds(300)
    /// Between two attempts to find out whether a starting container is ready.
    public var eagerProbeInterval: Duration = .milliseconds(50)
    /// From SIGTERM to SIGKILL at least, however much of its grace a replica has spent on its last requests.
    public var leastStopGrace: Duration = .seconds(2)
    /// Until a container that could not be started is tried again.
    public var startRetryInterval: Duration = .seconds(2)
    /// Bytes of a container's log file before it is set aside; one file is kept aside.
    public var logFileBytes = 8 * 1024 * 1024
    /// Pods whose logs are kept after they are gone.
    public var keptPodLogs = 200

    public init() {}

    /// The file that this process executes; still valid after an update has replaced it on disk.
    private static var thisProgram: String { "/proc/self/exe" }

    var lifecycle: PodLifecycle.Settings {
        var settings = PodLifecycle.Settings()
        settings.backoff.base = self.restartBase
        settings.backoff.maximum = self.maximumRestartWait
        settings.eagerProbeInterval = self.eagerProbeInterval
        settings.leastStopGrace = self.leastStopGrace
        settings.startRetryInterval = self.startRetryInterval
        return settings
    }

    /// Those of `environment` that containers get.
    func inherited(from environment: [String: String]) -> [String: String] {
        environment.filter { name, _ in
            self.inheritedVariables.contains { pattern in
                pattern.hasSuffix("*") ? name.hasPrefix(pattern.dropLast()) : name == pattern
            }
        }
    }
}
