public import KubernetesClient
public import StructuredData

/// Where in which file something was written.
public struct ManifestOrigin: Sendable, Equatable {
    public let file: String
    /// Where the object begins, counted from one.
    public let line: Int
    /// The lines of the object's fields.
    public let sources: SourceMap

    public init(file: String, line: Int, sources: SourceMap) {
        self.file = file
        self.line = line
        self.sources = sources
    }
}

/// An object that somebody wrote into a file, ready to be applied.
public struct ManifestObject: Sendable, Equatable {
    public let type: ResourceType
    /// As it was written, with its namespace and with relative storage addresses made absolute.
    public let object: KubernetesObject
    public let origin: ManifestOrigin

    public init(type: ResourceType, object: KubernetesObject, origin: ManifestOrigin) {
        self.type = type
        self.object = object
        self.origin = origin
    }
}

/// Something in a file that keeps an object from being applied.
public struct ManifestProblem: Sendable, Equatable, CustomStringConvertible {
    public enum Cause: Sendable, Equatable {
        /// A file or folder that could not be read.
        case unreadable
        /// The author has to change something.
        case mistake
        /// Right, but of a kind that is not served: everything else in the file is.
        case unsupportedKind
    }

    public let file: String
    /// The object, as `InferenceService default/iris`; `nil` when it is not known.
    public let subject: String?
    public let problem: Problem
    public let cause: Cause

    public init(file: String, subject: String? = nil, problem: Problem, cause: Cause = .mistake) {
        self.file = file
        self.subject = subject
        self.problem = problem
        self.cause = cause
    }

    /// The place, the object, the field and what is wrong with it.
    ///
    /// `iris.yaml:12: InferenceService default/iris: spec.predictor.model.storageURI: unknown field; …`
    public var description: String {
        let place = self.problem.line.map { "\(self.file):\($0)" } ?? self.file
        let path = self.problem.path.isEmpty ? nil : self.problem.path
        return [place, self.subject, path, self.problem.message].compactMap(\.self).joined(separator: ": ")
    }
}

/// Everything that was found in some files and folders.
public struct ManifestReading: Sendable, Equatable {
    /// In the order of files and of documents in them.
    public var objects: [ManifestObject] = []
    /// In the same order.
    public var problems: [ManifestProblem] = []
    /// Every file that was looked at, readable or not.
    public var files: [String] = []

    public init() {}
}
