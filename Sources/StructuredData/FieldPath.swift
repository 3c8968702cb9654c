/// Where a field stands in a document, as `spec.predictor.containers[0].name`.
public struct FieldPath: Hashable, Sendable, CustomStringConvertible {
    /// One step down: into a member of an object or an element of a list.
    public enum Step: Hashable, Sendable {
        case member(String)
        case element(Int)
    }

    public let steps: [Step]

    /// The document as a whole.
    public static let root = FieldPath([])

    public init(_ steps: [Step]) {
        self.steps = steps
    }

    /// Reads `a.b.c`: names without dots or brackets only.
    public init(_ dotted: String) {
        self.steps = dotted.split(separator: ".").map { .member(String($0)) }
    }

    public func member(_ key: String) -> FieldPath { FieldPath(self.steps + [.member(key)]) }
    public func element(_ index: Int) -> FieldPath { FieldPath(self.steps + [.element(index)]) }

    /// The path of what holds this field, or `nil` for the root.
    public var parent: FieldPath? { self.steps.isEmpty ? nil : FieldPath(self.steps.dropLast()) }

    /// Keys that hold dots, as annotations do, stand in brackets: `metadata.annotations["a.b/c"]`.
    public var description: String {
        var text = ""
        for step in self.steps {
            switch step {
            case .element(let index): text += "[\(index)]"
            case .member(let key) where Self.isPlain(key): text += text.isEmpty ? key : ".\(key)"
            case .member(let key): text += "[\"\(key)\"]"
            }
        }
        return text
    }

    private static func isPlain(_ key: String) -> Bool {
        !key.isEmpty
            && key.utf8.allSatisfy { byte in
                byte != UInt8(ascii: ".") && byte != UInt8(ascii: "[") && byte != UInt8(ascii: "\"") && byte > 0x20
            }
    }
}
