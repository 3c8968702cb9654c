public import StructuredData

/// The Adversarial Robustness Toolbox as an explainer.
public struct ArtExplainerSpec: Sendable, Equatable {
    public var type: String?
    public var storageUri: String?
    public var container: Container
    /// The explainer as it was written.
    public let json: JSONValue

    init(reading reader: FieldReader) {
        self.json = .object(reader.object)
        self.type = reader.string("type")
        self.storageUri = reader.string("storageUri")
        _ = reader.string("runtimeVersion")
        _ = reader.stringMap("config")
        _ = reader.child("storage").map(StorageSpec.init(reading:))
        self.container = Container(reading: reader)
        reader.refuseUnknownMembers()
    }
}
