import HTTPWire

/// What stays known of a request after its head is gone: what it asks for, and how to answer it.
struct Exchange {
    private(set) var route: Route?
    let version: HTTPVersion
    /// Whether the client wants to use the connection on.
    let isKeepAlive: Bool
    /// Whether the request was HEAD.
    let omitsBody: Bool
    let framing: BodyFraming
    let expectsContinue: Bool
    /// Bytes of JSON in front of binary tensors.
    private(set) var headerLength: Int?
    /// How long a readiness probe is willing to wait, in seconds.
    private(set) var readinessWait = 0
    /// Why the request is refused, when its head is enough to know.
    private(set) var refusal: InferenceError?

    init(_ head: borrowing RequestHead, _ bytes: UnsafeRawBufferPointer, routes: RouteTable, limits: HTTPLimits) {
        self.version = head.version
        self.isKeepAlive = head.isKeepAlive
        self.omitsBody = head.method == .head
        self.framing = head.framing
        self.expectsContinue = head.expectsContinue
        do {
            let path = UnsafeRawBufferPointer(rebasing: bytes[head.path.range])
            let route = try routes.route(head.method, path)
            self.route = route
            try self.readFields(head, bytes, route: route)
        } catch {
            self.refusal = error
        }
        if case .length(let length) = head.framing, length > UInt64(limits.bodyBytes) {
            self.refusal = Self.tooLarge(limits)
        }
    }

    static func tooLarge(_ limits: HTTPLimits) -> InferenceError {
        InferenceError(.tooLarge, "the request body is larger than \(limits.bodyBytes) bytes")
    }

    private mutating func readFields(
        _ head: borrowing RequestHead,
        _ bytes: UnsafeRawBufferPointer,
        route: Route
    ) throws(InferenceError) {
        if route.isInference {
            if let value = head.fields.value(of: .inferenceHeaderContentLength) {
                let text = value.string(in: bytes)
                guard let length = Int(text), length >= 0 else {
                    throw InferenceError(
                        .invalidInput,
                        "Inference-Header-Content-Length must be a number of bytes, and it is '\(text.prefix(32))'"
                    )
                }
                self.headerLength = length
            }
            try Self.checkCoding(head, bytes)
        } else if route == .ready, let value = head.fields.value(named: "prefer", in: bytes) {
            self.readinessWait = Self.waitSeconds(value.string(in: bytes))
        }
    }

    private static func checkCoding(
        _ head: borrowing RequestHead,
        _ bytes: UnsafeRawBufferPointer
    ) throws(InferenceError) {
        if let coding = head.fields.value(of: .contentEncoding)?.bytes(in: bytes),
            !coding.equalsIgnoringCase("identity")
        {
            throw InferenceError(
                .unsupportedMediaType,
                "bodies in Content-Encoding \(String(decoding: coding.prefix(32), as: UTF8.self)) are not supported; "
                    + "send the request uncompressed"
            )
        }
        let cloudEvents = "application/cloudevents"
        if let type = head.fields.value(of: .contentType)?.string(in: bytes), type.hasPrefix(cloudEvents) {
            throw InferenceError(
                .unsupportedMediaType,
                "structured CloudEvents are not supported; send the event's data as application/json"
            )
        }
    }

    /// RFC 7240's `wait`: how long the client would rather wait than be told to ask again; at most a minute.
    static func waitSeconds(_ preferences: String) -> Int {
        for preference in preferences.split(whereSeparator: { $0 == "," || $0 == ";" }) {
            let parts = preference.split(separator: "=").map { part in part.filter { $0 != " " } }
            if parts.count == 2, parts[0].lowercased() == "wait", let seconds = Int(parts[1]) {
                return min(max(0, seconds), 60)
            }
        }
        return 0
    }
}
