import HTTPWire

/// What a request asks for, from its method and path.
enum Route: Equatable, Sendable {
    case alive
    case metrics
    case load
    case v1Models
    case v1Model(String)
    case predict(String)
    case explain(String)
    case serverMetadata
    case live
    case ready
    case v2Models
    case v2Model(ModelReference)
    case modelReady(ModelReference)
    case infer(ModelReference)
    case repositoryIndex
    case repositoryLoad(String)
    case repositoryUnload(String)

    /// Whether the request waits for a worker.
    var isInference: Bool {
        switch self {
        case .predict, .infer: true
        default: false
        }
    }
}

/// A model by its name, and by its version where the request names one.
struct ModelReference: Equatable, Sendable {
    let name: String
    var version: String?
}

/// Finds the route of a request.
struct RouteTable: Sendable {
    /// The paths that nearly all requests have, and their routes.
    private let predictPath: [UInt8]
    private let predictRoute: Route
    private let inferPath: [UInt8]
    private let inferRoute: Route

    init(modelName: String) {
        self.predictPath = Array("/v1/models/\(modelName):predict".utf8)
        self.predictRoute = .predict(modelName)
        self.inferPath = Array("/v2/models/\(modelName)/infer".utf8)
        self.inferRoute = .infer(ModelReference(name: modelName))
    }

    func route(_ method: HTTPMethod, _ path: UnsafeRawBufferPointer) throws(InferenceError) -> Route {
        if method == .post {
            if path.elementsEqual(self.inferPath) { return self.inferRoute }
            if path.elementsEqual(self.predictPath) { return self.predictRoute }
        }
        let text = String(decoding: path, as: UTF8.self)
        guard let (route, allowed) = Self.find(text) else {
            throw InferenceError(.notFound, "There is nothing at \(text.prefix(256)).")
        }
        let isAllowed = method == allowed || (method == .head && allowed == .get)
        guard isAllowed else {
            throw InferenceError(
                .methodNotAllowed,
                "\(text.prefix(256)) takes \(allowed == .get ? "GET" : "POST") requests only."
            )
        }
        return route
    }

    private static func find(_ path: String) -> (route: Route, method: HTTPMethod)? {
        guard path != "/" else { return (.alive, .get) }
        guard path.utf8.first == UInt8(ascii: "/") else { return nil }
        var segments = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)[...]
        // A slash at the end changes nothing.
        if segments.last?.isEmpty == true { segments.removeLast() }
        switch segments.popFirst() {
        case "metrics" where segments.isEmpty: return (.metrics, .get)
        case "pilotlight" where Array(segments) == ["load"]: return (.load, .get)
        case "v1": return Self.findV1(segments)
        case "v2": return Self.findV2(segments)
        default: return nil
        }
    }

    private static func findV1(_ segments: ArraySlice<Substring>) -> (route: Route, method: HTTPMethod)? {
        guard segments.first == "models", segments.count <= 2 else { return nil }
        guard segments.count == 2, let last = segments.last else { return (.v1Models, .get) }
        guard let colon = last.lastIndex(of: ":") else { return (.v1Model(Self.decoded(last)), .get) }
        let name = Self.decoded(last[..<colon])
        switch last[last.index(after: colon)...] {
        case "predict": return (.predict(name), .post)
        case "explain": return (.explain(name), .post)
        default: return nil
        }
    }

    private static func findV2(_ segments: ArraySlice<Substring>) -> (route: Route, method: HTTPMethod)? {
        switch Array(segments) {
        case []: return (.serverMetadata, .get)
        case ["health", "live"]: return (.live, .get)
        case ["health", "ready"]: return (.ready, .get)
        case ["models"]: return (.v2Models, .get)
        case ["repository", "index"]: return (.repositoryIndex, .post)
        default: break
        }
        let rest = Array(segments.dropFirst())
        if segments.first == "repository", rest.count == 3, rest[0] == "models" {
            switch rest[2] {
            case "load": return (.repositoryLoad(Self.decoded(rest[1])), .post)
            case "unload": return (.repositoryUnload(Self.decoded(rest[1])), .post)
            default: return nil
            }
        }
        guard segments.first == "models", let name = rest.first else { return nil }
        return Self.findModel(ModelReference(name: Self.decoded(name)), rest.dropFirst())
    }

    private static func findModel(
        _ reference: ModelReference,
        _ segments: ArraySlice<Substring>
    ) -> (route: Route, method: HTTPMethod)? {
        var reference = reference
        var segments = segments
        if segments.first == "versions" {
            guard segments.count >= 2 else { return nil }
            reference.version = Self.decoded(segments[segments.startIndex + 1])
            segments = segments.dropFirst(2)
        }
        guard segments.count <= 1 else { return nil }
        switch segments.first {
        case nil: return (.v2Model(reference), .get)
        case "ready": return (.modelReady(reference), .get)
        case "infer": return (.infer(reference), .post)
        default: return nil
        }
    }

    /// The segment with `%41` and its like turned back into bytes; what is no such escape stays as it is.
    private static func decoded(_ segment: Substring) -> String {
        guard segment.utf8.contains(UInt8(ascii: "%")) else { return String(segment) }
        var bytes: [UInt8] = []
        var rest = Array(segment.utf8)[...]
        while let byte = rest.popFirst() {
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            if byte == UInt8(ascii: "%"), digits.utf8.count == 2, let value = UInt8(digits, radix: 16) {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
