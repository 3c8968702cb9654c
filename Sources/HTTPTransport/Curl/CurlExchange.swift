import CCurl

/// One transfer as libcurl runs it; lives on the loop's thread alone.
final class CurlExchange {
    let transfer: Transfer
    let easy: UnsafeMutableRawPointer
    private let headers: UnsafeMutablePointer<curl_slist>?
    private let errorText: UnsafeMutablePointer<CChar>
    private var head = HeadReader()
    private var isHeadSent = false

    /// `nil` when libcurl has no memory or refuses an option.
    init?(_ transfer: Transfer, configuration: HTTPClient.Configuration) {
        guard let easy = curl_easy_init() else { return nil }
        self.transfer = transfer
        self.easy = easy
        self.errorText = .allocate(capacity: ccurl_error_size)
        self.errorText.pointee = 0
        self.headers = CurlOptions.headerList(of: transfer.request)
        var options = CurlOptions(easy)
        options.set(CURLOPT_ERRORBUFFER, pointer: self.errorText)
        options.set(CURLOPT_PRIVATE, pointer: Unmanaged.passUnretained(self).toOpaque())
        options.set(CURLOPT_HTTPHEADER, pointer: self.headers)
        options.apply(transfer.request)
        options.apply(configuration)
        self.setCallbacks(&options)
        guard options.isAccepted else { return nil }
    }

    deinit {
        curl_easy_cleanup(self.easy)
        curl_slist_free_all(self.headers)
        self.errorText.deallocate()
    }

    /// The exchange that a handle of libcurl belongs to.
    static func of(_ easy: UnsafeMutableRawPointer) -> CurlExchange? {
        var context: UnsafeMutableRawPointer?
        ccurl_get_pointer(easy, CURLINFO_PRIVATE, &context)
        return context.map { Unmanaged<CurlExchange>.fromOpaque($0).takeUnretainedValue() }
    }

    /// The reader has caught up.
    func resume() {
        curl_easy_pause(self.easy, Int32(ccurl_pause_cont))
    }

    /// libcurl is done with it, well or not.
    func finish(_ code: CURLcode) {
        if code == CURLE_OK {
            self.sendHead()
            self.transfer.finish(.success(()))
        } else {
            self.transfer.finish(.failure(self.error(code)))
        }
    }

    // MARK: Callbacks

    private func setCallbacks(_ options: inout CurlOptions) {
        let context = Unmanaged.passUnretained(self).toOpaque()
        options.set(CURLOPT_HEADERDATA, pointer: context)
        options.set(CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
            guard let bytes, let context else { return 0 }
            let exchange = Unmanaged<CurlExchange>.fromOpaque(context).takeUnretainedValue()
            return exchange.receivedHeader(UnsafeRawBufferPointer(start: bytes, count: size * count))
        }
        options.set(CURLOPT_WRITEDATA, pointer: context)
        options.set(CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
            guard let bytes, let context else { return 0 }
            let exchange = Unmanaged<CurlExchange>.fromOpaque(context).takeUnretainedValue()
            return exchange.receivedBody(UnsafeRawBufferPointer(start: bytes, count: size * count))
        }
    }

    /// - Returns: The bytes taken; anything but all of them makes libcurl end the transfer.
    private func receivedHeader(_ line: UnsafeRawBufferPointer) -> Int {
        // Behind the body come trailers, which nobody here reads.
        guard !self.isHeadSent else { return line.count }
        guard self.head.read(line) else { return 0 }
        let redirects = self.transfer.request.maximumRedirects > 0 && self.head.isRedirect
        if self.head.isComplete, !self.head.isInterim, !redirects { self.sendHead() }
        return line.count
    }

    private func receivedBody(_ bytes: UnsafeRawBufferPointer) -> Int {
        // The body of a redirection that is followed is nobody's.
        self.sendHead()
        return self.transfer.received(bytes) ? bytes.count : ccurl_write_pause
    }

    private func sendHead() {
        guard !self.isHeadSent, self.head.status > 0 else { return }
        self.isHeadSent = true
        self.transfer.received(Transfer.Head(status: self.head.status, headers: self.head.headers))
    }

    private func error(_ code: CURLcode) -> HTTPClientError {
        let text = String(cString: self.errorText)
        let detail = text.isEmpty ? String(cString: curl_easy_strerror(code)) : text
        if self.head.isOverLimit {
            return self.transfer.error(
                .malformedReply,
                "the head of the answer is longer than \(HeadReader.limit) bytes"
            )
        }
        let (kind, hint) = CurlErrors.meaning(of: code)
        return self.transfer.error(kind, detail.prefix(1).lowercased() + detail.dropFirst(), hint: hint)
    }
}
