/// The answer to a request, whose body is still on its way.
public struct HTTPClientResponse: Sendable {
    public let status: Int
    public let headers: HTTPClientHeaders
    /// To be read once, to its end; letting go of it ends the exchange.
    public let body: HTTPClientBody

    /// Whether the status is one of 200 to 299.
    public var isSuccess: Bool { (200..<300).contains(self.status) }

    /// The whole body.
    ///
    /// - Parameter limit: Bytes; a longer body ends the exchange with `tooLarge`.
    public func bytes(upTo limit: Int) async throws(HTTPClientError) -> [UInt8] {
        var whole: [UInt8] = []
        var chunks = self.body.makeAsyncIterator()
        while let chunk = try await chunks.next() {
            guard whole.count + chunk.count <= limit else { throw self.body.refuse(limit: limit) }
            whole += chunk
        }
        return whole
    }

    /// The whole body as text; bytes that are not UTF-8 become replacement characters.
    public func text(upTo limit: Int) async throws(HTTPClientError) -> String {
        String(decoding: try await self.bytes(upTo: limit), as: UTF8.self)
    }
}

/// The bytes of a body as they arrive.
///
/// At most a quarter of a mebibyte waits in memory for a slow reader; the connection waits meanwhile.
public struct HTTPClientBody: AsyncSequence, Sendable {
    public typealias Element = [UInt8]
    public typealias Failure = HTTPClientError

    /// Ends the exchange once nobody can read on.
    fileprivate final class Reader: Sendable {
        let transfer: Transfer
        /// Kept so that the thread does not end before the body does.
        private let client: HTTPClient

        init(_ transfer: Transfer, client: HTTPClient) {
            self.transfer = transfer
            self.client = client
        }

        deinit {
            self.transfer.cancel()
        }
    }

    public struct AsyncIterator: AsyncIteratorProtocol {
        private let reader: Reader

        fileprivate init(_ reader: Reader) {
            self.reader = reader
        }

        /// The bytes that have arrived since the last call, at least one, or `nil` at the end.
        public mutating func next() async throws(HTTPClientError) -> [UInt8]? {
            try await self.reader.transfer.nextBytes()
        }

        public mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws(HTTPClientError) -> [UInt8]? {
            try await self.reader.transfer.nextBytes()
        }
    }

    private let reader: Reader

    init(_ transfer: Transfer, client: HTTPClient) {
        self.reader = Reader(transfer, client: client)
    }

    public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(self.reader) }

    func refuse(limit: Int) -> HTTPClientError {
        self.reader.transfer.cancel()
        return HTTPClientError(
            .tooLarge,
            subject: self.reader.transfer.subject,
            detail: "the body is longer than the \(limit) bytes allowed"
        )
    }
}
