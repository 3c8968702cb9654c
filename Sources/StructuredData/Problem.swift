/// Something wrong with what a user wrote: what, where, and what to do about it.
public struct Problem: Error, Sendable, Equatable, CustomStringConvertible {
    /// The field, as `spec.predictor.containers[0].name`; empty for the document as a whole.
    public var path: String
    public var message: String
    /// The line of the field in its file, counted from one; `nil` when it is not known.
    public var line: Int?

    public init(path: String, message: String, line: Int? = nil) {
        self.path = path
        self.message = message
        self.line = line
    }

    public var description: String {
        let place = [self.line.map { "line \($0)" }, self.path.isEmpty ? nil : self.path].compactMap(\.self)
        return (place + [self.message]).joined(separator: ": ")
    }
}

/// Every problem that was found in one piece of input, at least one.
public struct ProblemList: Error, Sendable, Equatable, CustomStringConvertible {
    public let problems: [Problem]

    public init(_ problems: [Problem]) {
        precondition(!problems.isEmpty, "an empty list of problems is no error")
        self.problems = problems
    }

    public var description: String { self.problems.map(\.description).joined(separator: "\n") }
}
