import StructuredData

/// Where a model is kept, as `storageUri` says it.
public struct StorageAddress: Sendable, Equatable {
    /// Lower case, without `://`; `nil` for a plain path.
    public let scheme: String?
    /// What follows the scheme.
    public let rest: String

    public init(_ uri: String) {
        let parts = uri.split(separator: "://", maxSplits: 1, omittingEmptySubsequences: false)
        if parts.count == 2 {
            self.scheme = parts[0].lowercased()
            self.rest = String(parts[1])
        } else {
            self.scheme = nil
            self.rest = uri
        }
    }

    /// The path of a model on this machine; `nil` for a model elsewhere.
    public var localPath: String? {
        switch self.scheme {
        case nil, "file": self.rest
        default: nil
        }
    }

    /// Schemes that KServe knows; plain paths are right too.
    static let schemes = [
        "s3", "gs", "pvc", "file", "https", "http", "hdfs", "webhdfs", "oci", "oci+native", "oci+fetch", "hf",
        "modelscope",
    ]

    /// What is wrong with the address, or `nil`.
    var mistake: String? {
        guard let scheme else { return self.rest.isEmpty ? "must not be empty" : nil }
        guard Self.schemes.contains(scheme) else {
            let list = Self.schemes.map { "\($0)://" }.joined(separator: ", ")
            let hint = NearestName.hint(for: scheme, among: Self.schemes)
            return "has the scheme '\(scheme)://', but must have one of \(list), or be a path\(hint)"
        }
        if self.rest.isEmpty { return "names nothing behind '\(scheme)://'" }
        guard scheme == "pvc" else { return nil }
        let claim = self.rest.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)[0]
        return claim.isEmpty ? "names no claim; write pvc://CLAIM or pvc://CLAIM/PATH" : nil
    }
}
