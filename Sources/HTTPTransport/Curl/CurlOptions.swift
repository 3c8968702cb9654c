import CCurl
import Glibc

/// Sets the options of one libcurl handle and remembers whether all were accepted.
struct CurlOptions {
    private let easy: UnsafeMutableRawPointer
    private(set) var isAccepted = true

    init(_ easy: UnsafeMutableRawPointer) {
        self.easy = easy
    }

    mutating func apply(_ request: HTTPClientRequest) {
        self.set(CURLOPT_URL, string: request.url)
        self.set(CURLOPT_PROTOCOLS_STR, string: "http,https")
        self.set(CURLOPT_REDIR_PROTOCOLS_STR, string: "http,https")
        self.set(CURLOPT_FOLLOWLOCATION, request.maximumRedirects > 0 ? 1 : 0)
        self.set(CURLOPT_MAXREDIRS, request.maximumRedirects)
        if let path = request.unixSocketPath { self.set(CURLOPT_UNIX_SOCKET_PATH, string: path) }
        self.applyMethod(request)
        self.apply(request.timeouts)
    }

    mutating func apply(_ configuration: HTTPClient.Configuration) {
        self.set(CURLOPT_USERAGENT, string: configuration.userAgent)
        self.set(CURLOPT_NOSIGNAL, 1)
        self.set(CURLOPT_TCP_KEEPALIVE, 1)
        self.set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        self.set(CURLOPT_BUFFERSIZE, 128 * 1024)
        // One request a connection at a time: a slow reader of one body must not hold up another.
        self.set(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1)
        self.set(CURLOPT_NOPROXY, string: Self.proxyExceptions)
        self.apply(configuration.tls)
    }

    /// The environment's own exceptions, and this machine itself, which no proxy can reach.
    private static var proxyExceptions: String {
        let named = (getenv("no_proxy") ?? getenv("NO_PROXY")).map { String(cString: $0) + "," } ?? ""
        return named + "localhost,127.0.0.1,[::1]"
    }

    private mutating func applyMethod(_ request: HTTPClientRequest) {
        let needsBody = ["POST", "PUT", "PATCH"].contains(request.method)
        if let body = request.body ?? (needsBody ? [] : nil) {
            self.set(CURLOPT_POST, 1)
            self.set(CURLOPT_POSTFIELDSIZE_LARGE, offset: body.count)
            body.withUnsafeBytes { bytes in
                // An empty array may have no address, which libcurl would take for a body that is read elsewhere.
                withUnsafeBytes(of: 0 as UInt8) { empty in
                    self.set(CURLOPT_COPYPOSTFIELDS, pointer: bytes.baseAddress ?? empty.baseAddress)
                }
            }
        }
        switch request.method {
        case "GET" where request.body == nil: self.set(CURLOPT_HTTPGET, 1)
        case "HEAD": self.set(CURLOPT_NOBODY, 1)
        case "POST": break
        default: self.set(CURLOPT_CUSTOMREQUEST, string: request.method)
        }
    }

    private mutating func apply(_ timeouts: HTTPClientRequest.Timeouts) {
        self.set(CURLOPT_CONNECTTIMEOUT_MS, Self.milliseconds(timeouts.connect))
        if let total = timeouts.total { self.set(CURLOPT_TIMEOUT_MS, Self.milliseconds(total)) }
        if let lowSpeed = timeouts.lowSpeed {
            self.set(CURLOPT_LOW_SPEED_LIMIT, lowSpeed.bytesPerSecond)
            self.set(CURLOPT_LOW_SPEED_TIME, max(1, Self.milliseconds(lowSpeed.during) / 1000))
        }
    }

    mutating func apply(_ tls: HTTPClient.TLSSettings) {
        self.set(CURLOPT_SSL_VERIFYPEER, tls.verifiesServer ? 1 : 0)
        self.set(CURLOPT_SSL_VERIFYHOST, tls.verifiesServer ? 2 : 0)
        self.set(CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2)
        if let pem = tls.certificateAuthority { self.set(CURLOPT_CAINFO_BLOB, blob: pem) }
        if let pem = tls.clientCertificate { self.set(CURLOPT_SSLCERT_BLOB, blob: pem) }
        if let pem = tls.clientKey { self.set(CURLOPT_SSLKEY_BLOB, blob: pem) }
    }

    /// At least one: to libcurl 0 means no limit.
    static func milliseconds(_ duration: Duration) -> Int {
        let (seconds, attoseconds) = duration.components
        return Int(max(1, min(seconds, 1_000_000_000) * 1000 + attoseconds / 1_000_000_000_000_000))
    }

    /// The header fields as libcurl takes them; to be freed with `curl_slist_free_all`.
    static func headerList(of request: HTTPClientRequest) -> UnsafeMutablePointer<curl_slist>? {
        // Without these two libcurl would announce a form and wait for leave to send it.
        var lines = ["Expect:"]
        if request.headers["content-type"] == nil { lines.append("Content-Type:") }
        // A field without a value is written with a semicolon, for `Name:` takes one out.
        lines += request.headers.fields.map { $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)" }
        return lines.reduce(nil) { list, line in curl_slist_append(list, line) }
    }

    // MARK: Setters

    mutating func set(_ option: CURLoption, _ value: Int) {
        self.check(ccurl_set_long(self.easy, option, value))
    }

    mutating func set(_ option: CURLoption, string: String) {
        self.check(ccurl_set_string(self.easy, option, string))
    }

    mutating func set(_ option: CURLoption, offset: Int) {
        self.check(ccurl_set_offset(self.easy, option, offset))
    }

    mutating func set(_ option: CURLoption, pointer: UnsafeRawPointer?) {
        self.check(ccurl_set_pointer(self.easy, option, pointer))
    }

    mutating func set(_ option: CURLoption, receive: @escaping ccurl_receive) {
        self.check(ccurl_set_receive(self.easy, option, receive))
    }

    mutating func set(_ option: CURLoption, blob: [UInt8]) {
        self.check(blob.withUnsafeBytes { ccurl_set_blob(self.easy, option, $0.baseAddress, $0.count) })
    }

    private mutating func check(_ code: CURLcode) {
        if code != CURLE_OK { self.isAccepted = false }
    }
}
