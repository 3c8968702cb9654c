import StructuredData

/// Reads typed values out of annotations and collects every problem, each with the place of its annotation.
final class AnnotationReader {
    /// The service's own, and those of its component, which win.
    private let service: [String: String]
    private let component: [String: String]
    private let componentPath: FieldPath
    private(set) var problems: [Problem] = []

    private static let servicePath = FieldPath("metadata.annotations")

    init(service: [String: String], component: [String: String] = [:], componentPath: FieldPath = .root) {
        self.service = service
        self.component = component
        self.componentPath = componentPath
    }

    /// An annotation as it was written, and where.
    struct Written {
        let text: String
        let path: FieldPath
    }

    /// - Parameter name: In the present spelling, `min-scale`; the older one, `minScale`, is found too.
    func written(_ name: String) -> Written? {
        let places = [(self.component, self.componentPath.member("annotations")), (self.service, Self.servicePath)]
        for (annotations, path) in places {
            for spelling in [name, Self.olderSpelling(of: name)] {
                if let text = annotations[spelling] { return Written(text: text, path: path.member(spelling)) }
            }
        }
        return nil
    }

    func report(_ message: String, at path: FieldPath) {
        self.problems.append(Problem(path: path.description, message: message))
    }

    // MARK: Typed values; `nil` when absent, and when wrong, which is reported.

    func number(_ name: String, _ accepted: String, where isAccepted: (Double) -> Bool) -> Double? {
        self.value(name, accepted) { text in DecimalText.parse(text).flatMap { isAccepted($0) ? $0 : nil } }
    }

    func int(_ name: String, atLeast least: Int) -> Int? {
        self.value(name, "a whole number of at least \(least)") { text in
            Int(text).flatMap { (least...Int(Int32.max)).contains($0) ? $0 : nil }
        }
    }

    func wholeSeconds(_ name: String, _ accepted: String, in range: ClosedRange<Duration>) -> Int? {
        self.value(name, "a duration of whole seconds \(accepted)") { text in
            guard let value = DurationText.parse(text), value.isWholeSeconds, range.contains(value) else { return nil }
            return Int(value.components.seconds)
        }
    }

    func seconds(_ name: String, _ accepted: String, where isAccepted: (Duration) -> Bool) -> Double? {
        self.value(name, "a duration \(accepted)") { text in
            DurationText.parse(text).flatMap { isAccepted($0) ? $0.inSeconds : nil }
        }
    }

    func choice<Choice>(_ name: String, _ choices: [(String, Choice)]) -> Choice? {
        guard let written = self.written(name) else { return nil }
        if let choice = choices.first(where: { $0.0 == written.text }) { return choice.1 }
        let names = choices.map(\.0)
        let list = names.map { "'\($0)'" }.joined(separator: ", ")
        let hint = NearestName.hint(for: written.text, among: names)
        self.report("is '\(written.text)', but must be one of \(list)\(hint)", at: written.path)
        return nil
    }

    private func value<Value>(_ name: String, _ accepted: String, _ parse: (String) -> Value?) -> Value? {
        guard let written = self.written(name) else { return nil }
        if let value = parse(written.text) { return value }
        self.report("is '\(written.text)', but must be \(accepted)", at: written.path)
        return nil
    }

    /// `autoscaling.knative.dev/min-scale` was once `autoscaling.knative.dev/minScale`.
    private static func olderSpelling(of name: String) -> String {
        guard name.hasPrefix(AnnotationName.autoscalingPrefix) else { return name }
        let words = name.dropFirst(AnnotationName.autoscalingPrefix.count).split(separator: "-")
        let camel = words.enumerated().map { $0 == 0 ? String($1) : $1.prefix(1).uppercased() + $1.dropFirst() }
        return AnnotationName.autoscalingPrefix + camel.joined()
    }
}
