import StructuredData

extension ScalingResolver {
    /// The rule that the annotations name; `nil` when they name none, and when something about them is wrong.
    func keepAlive(for policy: ScalingSpec.Policy) -> KeepAliveSpec? {
        let names = KeepAliveSpec.known.keys.sorted().map { ($0, $0) }
        let settings = self.annotations.written(AnnotationName.keepAliveParameters)
        guard let written = self.annotations.written(AnnotationName.keepAlive) else {
            if let settings {
                self.annotations.report("needs '\(AnnotationName.keepAlive)' beside it", at: settings.path)
            }
            return nil
        }
        guard let name = self.annotations.choice(AnnotationName.keepAlive, names) else { return nil }
        if policy == .knative {
            self.annotations.report("needs the policy 'pilotlight'; Knative's has no such rules", at: written.path)
        }
        return KeepAliveSpec(policy: name, parameters: settings.map { self.parameters($0, of: name) } ?? [:])
    }

    /// Reads `range=4h, minSamples=20`.
    private func parameters(_ written: AnnotationReader.Written, of name: String) -> [String: Double] {
        let known = KeepAliveSpec.known[name] ?? [:]
        var parameters: [String: Double] = [:]
        for part in written.text.split(separator: ",", omittingEmptySubsequences: true) {
            let pair = part.split(separator: "=", maxSplits: 1).map { String($0).trimmingSpaces }
            guard pair.count == 2 else {
                self.annotations.report(
                    "has '\(String(part).trimmingSpaces)' where 'name=value' is due",
                    at: written.path
                )
                continue
            }
            guard let bound = known[pair[0]] else {
                let names = known.keys.sorted()
                let list = names.isEmpty ? "which has none" : "which has " + names.joined(separator: ", ")
                let hint = NearestName.hint(for: pair[0], among: names)
                let sentence = "sets '\(pair[0])', which is no parameter of '\(name)', \(list)\(hint)"
                self.annotations.report(sentence, at: written.path)
                continue
            }
            let value = bound.isDuration ? DurationText.parse(pair[1])?.inSeconds : DecimalText.parse(pair[1])
            guard let value, bound.range.contains(value) else {
                let kind = bound.isDuration ? "a duration" : "a number"
                let range = bound.text
                self.annotations.report(
                    "sets '\(pair[0])' to '\(pair[1])', but it must be \(kind) \(range)",
                    at: written.path
                )
                continue
            }
            parameters[pair[0]] = value
        }
        return parameters
    }
}

extension KeepAliveSpec.Bound {
    /// As it follows "a number" or "a duration".
    fileprivate var text: String {
        guard self.isDuration else { return "from \(self.range.lowerBound) to \(self.range.upperBound)" }
        let least = DurationText.text(.seconds(self.range.lowerBound))
        return "from \(least) to \(DurationText.text(.seconds(self.range.upperBound)))"
    }
}

extension String {
    fileprivate var trimmingSpaces: String {
        var text = Substring(self)
        while text.first == " " { text = text.dropFirst() }
        while text.last == " " { text = text.dropLast() }
        return String(text)
    }
}
