import CCurl
import Glibc

/// Runs every transfer of one client on one thread.
///
/// Nothing here is shared: other threads speak to it through its handle, and it speaks to tasks through each transfer.
final class CurlLoop {
    private let multi: UnsafeMutableRawPointer
    private let handle: CurlLoopHandle
    private let configuration: HTTPClient.Configuration
    private var running: [ObjectIdentifier: CurlExchange] = [:]

    private static let globalInit: Bool = curl_global_init(ccurl_global_default) == CURLE_OK

    /// Starts the thread; it ends after `stop()`.
    static func start(_ configuration: HTTPClient.Configuration) -> CurlLoopHandle {
        precondition(Self.globalInit, "libcurl cannot be initialised")
        guard let multi = curl_multi_init() else { preconditionFailure("no memory for libcurl") }
        ccurl_multi_set_long(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, configuration.maximumConnections)
        ccurl_multi_set_long(multi, CURLMOPT_MAX_HOST_CONNECTIONS, configuration.maximumConnectionsPerHost)
        ccurl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, configuration.maximumConnections)
        let handle = CurlLoopHandle(multi: multi)
        let loop = CurlLoop(multi: multi, handle: handle, configuration: configuration)
        var thread = pthread_t()
        let context = Unmanaged.passRetained(loop).toOpaque()
        let status = pthread_create(
            &thread,
            nil,
            { context in
                guard let context else { return nil }
                Unmanaged<CurlLoop>.fromOpaque(context).takeRetainedValue().run()
                return nil
            },
            context
        )
        precondition(status == 0, "no thread for libcurl: error \(status)")
        pthread_detach(thread)
        return handle
    }

    private init(
        multi: UnsafeMutableRawPointer,
        handle: CurlLoopHandle,
        configuration: HTTPClient.Configuration
    ) {
        self.multi = multi
        self.handle = handle
        self.configuration = configuration
    }

    private func run() {
        // A write to a connection that the peer has closed must not end the program, and no handler of the program's
        // signals is to run on this thread.
        var signals = sigset_t()
        sigfillset(&signals)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        while true {
            let inbox = self.handle.takeInbox()
            for command in inbox.commands { self.obey(command) }
            if inbox.isStopping { break }
            var active: Int32 = 0
            curl_multi_perform(self.multi, &active)
            self.reapFinished()
            // libcurl shortens the wait to its own next deadline.
            curl_multi_poll(self.multi, nil, 0, 60_000, nil)
        }
        self.end()
    }

    private func obey(_ command: CurlLoopHandle.Command) {
        switch command {
        case .start(let transfer): self.begin(transfer)
        case .cancel(let transfer): self.remove(transfer)
        case .resume(let transfer): self.running[ObjectIdentifier(transfer)]?.resume()
        }
    }

    private func begin(_ transfer: Transfer) {
        guard transfer.isWanted else { return }
        guard let exchange = CurlExchange(transfer, configuration: self.configuration) else {
            transfer.finish(.failure(transfer.error(.invalidRequest, "libcurl refuses the request")))
            return
        }
        let status = curl_multi_add_handle(self.multi, exchange.easy)
        guard status == CURLM_OK else {
            let reason = String(cString: curl_multi_strerror(status))
            transfer.finish(.failure(transfer.error(.invalidRequest, reason)))
            return
        }
        self.running[ObjectIdentifier(transfer)] = exchange
    }

    private func reapFinished() {
        var remaining: Int32 = 0
        while let message = curl_multi_info_read(self.multi, &remaining) {
            guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle else { continue }
            let code = ccurl_message_result(message)
            guard let exchange = CurlExchange.of(easy) else { continue }
            self.remove(exchange.transfer)
            exchange.finish(code)
        }
    }

    private func remove(_ transfer: Transfer) {
        guard let exchange = self.running.removeValue(forKey: ObjectIdentifier(transfer)) else { return }
        curl_multi_remove_handle(self.multi, exchange.easy)
    }

    private func end() {
        self.handle.close()
        // What was posted between the last look and the closing must not wait for ever.
        for case .start(let transfer) in self.handle.takeInbox().commands { self.close(transfer) }
        for exchange in self.running.values {
            self.remove(exchange.transfer)
            self.close(exchange.transfer)
        }
        curl_multi_cleanup(self.multi)
    }

    private func close(_ transfer: Transfer) {
        transfer.finish(.failure(transfer.error(.closed, "the client was shut down")))
    }
}
