import StructuredData

/// Refuses what a policy's description does not name, and numbers outside of their range.
enum ParameterCheck {
    static func problems(
        of reference: PolicyReference,
        known: [PolicyDescription.Parameter],
        others: [String] = []
    ) -> [Problem] {
        reference.parameters.sorted { $0.key < $1.key }.compactMap { key, value in
            if others.contains(key) { return nil }
            guard let parameter = known.first(where: { $0.name == key }) else {
                let names = known.map(\.name) + others
                let hint = NearestName.hint(for: key, among: names)
                return Problem(path: key, message: "is no parameter of '\(reference.name)'\(hint)")
            }
            guard case .number(let number) = value else {
                return Problem(path: key, message: "must be a number")
            }
            guard !parameter.range.contains(number) else { return nil }
            let range = "from \(parameter.range.lowerBound) to \(parameter.range.upperBound)"
            return Problem(path: key, message: "is \(number), but must be \(range)")
        }
    }
}
