import StructuredData

/// One of several places that a model is gathered from.
public struct StorageSource: Sendable, Equatable {
    public static let defaultMountPath = "/mnt/models"

    public var uri: String
    /// `nil` for the default.
    public var mountPath: String?

    public init(uri: String, mountPath: String? = nil) {
        self.uri = uri
        self.mountPath = mountPath
    }

    init(reading reader: FieldReader) {
        self.init(uri: reader.requiredString("uri"), mountPath: reader.string("mountPath"))
        reader.refuseUnknownMembers()
    }

    var json: JSONValue {
        .object(ofPresent: [("uri", .string(self.uri)), ("mountPath", self.mountPath.map { .string($0) })])
    }
}
