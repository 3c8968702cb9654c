import StructuredData

/// A service of the author's own in front of the predictor.
public struct TransformerSpec: Sendable, Equatable {
    public var pod: PodFields
    public var storageUris: [StorageSource]
    public var component: ComponentExtension

    init(reading reader: FieldReader) {
        self.pod = PodFields(reading: reader)
        self.storageUris = reader.children("storageUris").map(StorageSource.init(reading:))
        self.component = ComponentExtension(reading: reader)
        reader.refuseUnknownMembers()
    }

    var json: JSONValue {
        .object(
            ofPresent: [("storageUris", .list(self.storageUris.map(\.json)))] + self.pod.members
                + self.component.members
        )
    }
}
