import Glibc

/// Where the shared library of ONNX Runtime may lie.
///
/// A place that was named, by the option or the environment, is the only one that is tried: a typing error must not
/// silently select another build. Otherwise the first place that has the library wins.
public struct OnnxRuntimeLocations: Sendable, Equatable {
    /// The version that `scripts/install-onnxruntime` installs.
    static let pinnedVersion = "1.31.1"
    static let fileName = "libonnxruntime.so.1"
    static let environmentKey = "PILOTLIGHT_ONNXRUNTIME"

    /// Files to try, in order; a bare file name is looked up by the dynamic linker.
    public let candidates: [String]
    /// Who named the place, as `--onnxruntime`; `nil` when nobody did.
    public let namedBy: String?

    /// - Parameters:
    ///   - named: What `--onnxruntime` says, a file or its folder.
    ///   - environment: What `PILOTLIGHT_ONNXRUNTIME` says, likewise.
    ///   - executable: The absolute path of the running program.
    ///   - workingDirectory: The absolute path of the current folder.
    public init(
        named: String?,
        environment: String?,
        executable: String,
        workingDirectory: String,
        device: ComputeDevice
    ) {
        if let named {
            self.candidates = Self.files(of: named)
            self.namedBy = "--onnxruntime"
            return
        }
        if let environment, !environment.isEmpty {
            self.candidates = Self.files(of: environment)
            self.namedBy = Self.environmentKey
            return
        }
        self.namedBy = nil
        self.candidates = Self.usualPlaces(
            executable: executable,
            workingDirectory: workingDirectory,
            device: device
        )
    }

    /// The places for the running program.
    public static func current(named: String?, device: ComputeDevice) -> OnnxRuntimeLocations {
        OnnxRuntimeLocations(
            named: named,
            environment: getenv(Self.environmentKey).map { String(cString: $0) },
            executable: Self.path {
                $0.baseAddress.map { [count = $0.count] in readlink("/proc/self/exe", $0, count) } ?? -1
            },
            workingDirectory: Self.path { getcwd($0.baseAddress, $0.count) == nil ? -1 : $0.prefix { $0 != 0 }.count },
            device: device
        )
    }

    /// Asks for a path; `/` when there is no answer.
    private static func path(_ ask: (UnsafeMutableBufferPointer<CChar>) -> Int) -> String {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(PATH_MAX)) { buffer in
            let count = ask(buffer)
            guard count > 0 else { return "/" }
            return String(
                decoding: UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(buffer)[..<count]),
                as: UTF8.self
            )
        }
    }

    private static func files(of place: String) -> [String] {
        let isFile = place.split(separator: "/").last.map { $0.contains(".so") } ?? false
        return isFile ? [place] : [place + "/" + Self.fileName, place + "/libonnxruntime.so"]
    }

    private static func usualPlaces(
        executable: String,
        workingDirectory: String,
        device: ComputeDevice
    ) -> [String] {
        let folder = Self.parent(of: executable)
        var places = ["\(folder)/\(Self.fileName)", "\(Self.parent(of: folder))/lib/\(Self.fileName)"]

        // A program that was built in a checkout lies below the folder that the script installs into.
        let versions = device == .cuda ? ["\(Self.pinnedVersion)-cuda"] : [Self.pinnedVersion]
        var ancestor = folder
        while ancestor != "/" && !ancestor.isEmpty {
            if ancestor.hasSuffix("/.build") {
                places += versions.map { "\(ancestor)/onnxruntime/\($0)/\(Self.fileName)" }
            }
            ancestor = Self.parent(of: ancestor)
        }
        let here = workingDirectory == "/" ? "" : workingDirectory
        places += versions.map { "\(here)/.build/onnxruntime/\($0)/\(Self.fileName)" }
        var seen: Set<String> = []
        return places.filter { seen.insert($0).inserted } + [Self.fileName]
    }

    private static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return "/" }
        return String(path[..<slash])
    }
}
