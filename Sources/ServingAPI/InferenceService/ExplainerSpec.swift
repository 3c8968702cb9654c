import StructuredData

/// A service that explains predictions: the bundled adversarial one, or containers of the author's own.
public struct ExplainerSpec: Sendable, Equatable {
    public var art: ArtExplainerSpec?
    public var pod: PodFields
    public var component: ComponentExtension

    init(reading reader: FieldReader) {
        self.art = reader.child("art").map(ArtExplainerSpec.init(reading:))
        self.pod = PodFields(reading: reader)
        self.component = ComponentExtension(reading: reader)
        reader.refuseUnknownMembers()
    }

    var json: JSONValue {
        .object(ofPresent: [("art", self.art.map(\.json))] + self.pod.members + self.component.members)
    }
}
