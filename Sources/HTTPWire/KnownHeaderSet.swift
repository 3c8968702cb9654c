/// A set of known headers, one bit each.
public struct KnownHeaderSet: OptionSet, Sendable {
    public let rawValue: UInt64

    @inlinable
    public init(rawValue: UInt64) {
        self.rawValue = rawValue
    }

    @inlinable
    public init(_ header: KnownHeader) {
        self.rawValue = 1 &<< UInt64(header.rawValue)
    }

    @inlinable
    public func contains(_ header: KnownHeader) -> Bool {
        (self.rawValue &>> UInt64(header.rawValue)) & 1 == 1
    }

    public static func of(_ headers: KnownHeader...) -> KnownHeaderSet {
        headers.reduce(into: []) { $0.formUnion(KnownHeaderSet($1)) }
    }

    /// What is meant for the next machine only and never handed on as it came.
    ///
    /// RFC 9110, section 7.6.1, names Connection, Proxy-Connection, Keep-Alive, TE, Transfer-Encoding and Upgrade.
    /// Credentials for a proxy (section 11.7) are no replica's business, and there is no proxy behind this one that
    /// would ask for them. Trailer is not among them: it announces what a chunked body that is passed on does contain.
    public static let hopByHop: KnownHeaderSet = [
        KnownHeaderSet(.connection), KnownHeaderSet(.proxyConnection), KnownHeaderSet(.keepAlive), KnownHeaderSet(.te),
        KnownHeaderSet(.transferEncoding), KnownHeaderSet(.upgrade), KnownHeaderSet(.proxyAuthenticate),
        KnownHeaderSet(.proxyAuthorization),
    ]

    /// What a trailer section may not contain: framing, routing, identity and what steers how a body is read
    /// (RFC 9110, section 6.5.1).
    static let forbiddenInTrailers: KnownHeaderSet = [
        .hopByHop, KnownHeaderSet(.contentLength), KnownHeaderSet(.host), KnownHeaderSet(.trailer),
        KnownHeaderSet(.expect), KnownHeaderSet(.maxForwards), KnownHeaderSet(.cacheControl),
        KnownHeaderSet(.authorization), KnownHeaderSet(.cookie), KnownHeaderSet(.setCookie),
        KnownHeaderSet(.contentEncoding), KnownHeaderSet(.contentType), KnownHeaderSet(.contentRange),
        KnownHeaderSet(.inferenceHeaderContentLength), KnownHeaderSet(.forwarded), KnownHeaderSet(.via),
        KnownHeaderSet(.xForwardedFor), KnownHeaderSet(.xForwardedHost), KnownHeaderSet(.xForwardedPort),
        KnownHeaderSet(.xForwardedProto), KnownHeaderSet(.xRealIP), KnownHeaderSet(.wwwAuthenticate),
    ]
}
