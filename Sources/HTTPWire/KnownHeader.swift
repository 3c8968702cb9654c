/// The name of a header field that this house treats by name, or `other`.
///
/// A field is identified once, while its name is scanned; from then on names are compared as numbers.
public enum KnownHeader: UInt8, Sendable, CaseIterable {
    case other
    // What concerns one connection only, or a message's shape.
    case connection, keepAlive, proxyConnection, te, trailer, transferEncoding, upgrade, proxyAuthenticate
    case proxyAuthorization, contentLength, host, expect
    // What is meant for the far end.
    case accept, acceptEncoding, authorization, cacheControl, contentEncoding, contentRange, contentType, cookie
    case date, etag, forwarded, inferenceHeaderContentLength, location, maxForwards, origin, retryAfter
    case secWebSocketKey, server, serverTiming, setCookie, traceparent, tracestate, userAgent, vary, via
    case wwwAuthenticate, xForwardedFor, xForwardedHost, xForwardedPort, xForwardedProto, xRealIP, xRequestID
    case xPilotlightColdStart

    /// The name in lower case; empty for `other`.
    public var name: StaticString {
        switch self {
        case .other: ""
        case .connection: "connection"
        case .keepAlive: "keep-alive"
        case .proxyConnection: "proxy-connection"
        case .te: "te"
        case .trailer: "trailer"
        case .transferEncoding: "transfer-encoding"
        case .upgrade: "upgrade"
        case .proxyAuthenticate: "proxy-authenticate"
        case .proxyAuthorization: "proxy-authorization"
        case .contentLength: "content-length"
        case .host: "host"
        case .expect: "expect"
        default: self.endToEndName
        }
    }

    private var endToEndName: StaticString {
        switch self {
        case .accept: "accept"
        case .acceptEncoding: "accept-encoding"
        case .authorization: "authorization"
        case .cacheControl: "cache-control"
        case .contentEncoding: "content-encoding"
        case .contentRange: "content-range"
        case .contentType: "content-type"
        case .cookie: "cookie"
        case .date: "date"
        case .etag: "etag"
        case .forwarded: "forwarded"
        case .inferenceHeaderContentLength: "inference-header-content-length"
        case .location: "location"
        case .maxForwards: "max-forwards"
        case .origin: "origin"
        case .retryAfter: "retry-after"
        case .secWebSocketKey: "sec-websocket-key"
        case .server: "server"
        case .serverTiming: "server-timing"
        case .setCookie: "set-cookie"
        case .traceparent: "traceparent"
        case .tracestate: "tracestate"
        case .userAgent: "user-agent"
        case .vary: "vary"
        case .via: "via"
        case .wwwAuthenticate: "www-authenticate"
        case .xForwardedFor: "x-forwarded-for"
        case .xForwardedHost: "x-forwarded-host"
        case .xForwardedPort: "x-forwarded-port"
        case .xForwardedProto: "x-forwarded-proto"
        case .xRealIP: "x-real-ip"
        case .xRequestID: "x-request-id"
        case .xPilotlightColdStart: "x-pilotlight-cold-start"
        default: ""
        }
    }
}
