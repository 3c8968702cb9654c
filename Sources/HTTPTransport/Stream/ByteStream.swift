import CCurl
import Glibc

/// A connection that carries the bytes of any protocol, encrypted if asked for.
///
/// Blocks the thread that uses it, at most for the time that each call is given, and is for one thread at a time. TLS is
/// that of the HTTP client: the server's certificate and name are verified unless the settings say otherwise.
public final class ByteStream {
    private let easy: UnsafeMutableRawPointer
    private let socket: Int32
    /// What errors call the connection, as `redis.default:6379`.
    private let subject: String

    /// Connects, and agrees on the encryption.
    ///
    /// - Parameter tls: `nil` for a connection in the open.
    public init(
        host: String,
        port: Int,
        tls: HTTPClient.TLSSettings?,
        timeout: Duration
    ) throws(HTTPClientError) {
        let subject = "\(host):\(port)"
        guard let easy = curl_easy_init() else {
            throw HTTPClientError(.closed, subject: subject, detail: "there is no memory for a connection")
        }
        let text = UnsafeMutablePointer<CChar>.allocate(capacity: ccurl_error_size)
        text.pointee = 0
        defer {
            // The handle outlives the text.
            ccurl_set_pointer(easy, CURLOPT_ERRORBUFFER, nil)
            text.deallocate()
        }
        var options = CurlOptions(easy)
        let name = host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host
        options.set(CURLOPT_URL, string: "\(tls == nil ? "http" : "https")://\(name):\(port)/")
        options.set(CURLOPT_ERRORBUFFER, pointer: text)
        options.set(CURLOPT_CONNECT_ONLY, 1)
        options.set(CURLOPT_NOSIGNAL, 1)
        options.set(CURLOPT_TCP_KEEPALIVE, 1)
        options.set(CURLOPT_SSL_ENABLE_ALPN, 0)
        // A proxy of the environment is one for HTTP.
        options.set(CURLOPT_PROXY, string: "")
        options.set(CURLOPT_CONNECTTIMEOUT_MS, CurlOptions.milliseconds(timeout))
        options.apply(tls ?? HTTPClient.TLSSettings())
        let code = options.isAccepted ? curl_easy_perform(easy) : CURLE_FAILED_INIT
        var socket: curl_socket_t = -1
        if code == CURLE_OK { ccurl_get_socket(easy, CURLINFO_ACTIVESOCKET, &socket) }
        guard code == CURLE_OK, socket >= 0 else {
            let detail = text.pointee == 0 ? String(cString: curl_easy_strerror(code)) : String(cString: text)
            curl_easy_cleanup(easy)
            let (kind, hint) = CurlErrors.meaning(of: code)
            let lowered = detail.prefix(1).lowercased() + detail.dropFirst()
            throw HTTPClientError(kind, subject: subject, detail: lowered, hint: hint)
        }
        self.easy = easy
        self.socket = socket
        self.subject = subject
    }

    deinit {
        curl_easy_cleanup(self.easy)
    }

    /// Sends all of `bytes`.
    public func send(_ bytes: [UInt8], timeout: Duration) throws(HTTPClientError) {
        let deadline = ContinuousClock.now + timeout
        var sent = 0
        while sent < bytes.count {
            var count = 0
            let code = bytes.withUnsafeBytes {
                curl_easy_send(self.easy, $0.baseAddress.map { $0 + sent }, bytes.count - sent, &count)
            }
            sent += count
            guard code == CURLE_AGAIN else {
                guard code == CURLE_OK else { throw self.error(code) }
                continue
            }
            try self.wait(for: Int16(POLLOUT), until: deadline)
        }
    }

    /// What has come, at least one byte, waiting for it; empty once the other side has closed.
    public func receive(timeout: Duration) throws(HTTPClientError) -> [UInt8] {
        let deadline = ContinuousClock.now + timeout
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while true {
            var count = 0
            // Asked first: with TLS some bytes may have arrived already.
            let code = buffer.withUnsafeMutableBytes { curl_easy_recv(self.easy, $0.baseAddress, $0.count, &count) }
            if code == CURLE_OK { return Array(buffer.prefix(count)) }
            guard code == CURLE_AGAIN else { throw self.error(code) }
            try self.wait(for: Int16(POLLIN), until: deadline)
        }
    }

    private func wait(for events: Int16, until deadline: ContinuousClock.Instant) throws(HTTPClientError) {
        var descriptor = pollfd(fd: self.socket, events: events, revents: 0)
        while true {
            let left = deadline - ContinuousClock.now
            guard left > .zero else {
                throw HTTPClientError(.timedOut, subject: self.subject, detail: "no answer came in time")
            }
            let count = poll(&descriptor, 1, Int32(clamping: CurlOptions.milliseconds(left)))
            if count > 0 { return }
            guard count == 0 || errno == EINTR else { throw self.error(CURLE_RECV_ERROR) }
        }
    }

    private func error(_ code: CURLcode) -> HTTPClientError {
        let detail = String(cString: curl_easy_strerror(code))
        return HTTPClientError(
            CurlErrors.meaning(of: code).code,
            subject: self.subject,
            detail: "the connection broke: " + detail.prefix(1).lowercased() + detail.dropFirst()
        )
    }
}
