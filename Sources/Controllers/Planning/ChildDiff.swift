import KubernetesClient
import StructuredData

/// What has to be written so that a child is as planned.
enum ChildDiff: Sendable, Equatable {
    case create(KubernetesObject)
    case update(KubernetesObject)
    case nothing

    /// Compares a planned child with the stored one.
    ///
    /// A server adds defaults, and other programs add labels and annotations of their own; so a stored object is right
    /// when it has everything that is planned, whatever else it has. A field that is no longer planned would go unnoticed
    /// that way: the plan therefore leaves its own name on the object, and another name means writing.
    init(planned: ChildPlan, stored: KubernetesObject?) {
        var wanted = planned.object
        guard let stored else {
            wanted.annotations[PlatformName.wanted] = Self.name(of: planned.object, type: planned.type)
            self = .create(wanted)
            return
        }
        if planned.type == .deployment { Self.keepWhatIsNotOurs(&wanted, stored, authored: planned.authoredTemplate) }
        wanted.annotations[PlatformName.wanted] = Self.name(of: wanted, type: planned.type)
        guard !Self.covers(stored.json, wanted.json) else {
            self = .nothing
            return
        }
        var updated = stored
        updated.labels.merge(wanted.labels) { $1 }
        updated.annotations.merge(wanted.annotations) { $1 }
        updated.ownerReferences = wanted.ownerReferences
        updated.spec = wanted.spec
        self = .update(updated)
    }

    /// The replica count is the autoscaler's, and a template whose author's part is unchanged stays what it is.
    private static func keepWhatIsNotOurs(
        _ wanted: inout KubernetesObject,
        _ stored: KubernetesObject,
        authored: JSONValue?
    ) {
        wanted.spec["replicas"] = stored.spec["replicas"]
        let template = stored.spec["template"]
        let written = template?["metadata"]?["annotations"]?[PlatformName.template]?.stringValue
        guard let template, let authored, written == wanted.annotations[PlatformName.template],
            Self.covers(template, authored)
        else { return }
        wanted.spec["template"] = template
    }

    private static func name(of object: KubernetesObject, type: ResourceType) -> String {
        var spec = object.spec
        // Numbers that change without a plan are no part of it, and a kept template is named by its own hash.
        if type == .deployment {
            spec["replicas"] = nil
            spec["template"] = nil
        }
        return StableHash.text(of: spec)
    }

    /// Whether `stored` has everything that `wanted` has.
    ///
    /// Lists have to match element by element.
    static func covers(_ stored: JSONValue, _ wanted: JSONValue) -> Bool {
        switch (stored, wanted) {
        case (.object(let stored), .object(let wanted)):
            wanted.members.allSatisfy { key, value in
                guard let other = stored[key] else { return value == .null }
                return Self.covers(other, value)
            }
        case (.array(let stored), .array(let wanted)):
            stored.count == wanted.count && zip(stored, wanted).allSatisfy(Self.covers)
        case (.int, .double), (.double, .int):
            stored.doubleValue == wanted.doubleValue
        default:
            stored == wanted
        }
    }
}
