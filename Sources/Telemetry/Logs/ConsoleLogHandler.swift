import Glibc
public import Logging
import Synchronization

/// Writes log lines to standard error: for people on a terminal, as JSON elsewhere.
///
/// Secrets are left out, by the names they bear and out of addresses.
public struct ConsoleLogHandler: LogHandler {
    public var logLevel: Logger.Level
    public var metadata: Logger.Metadata = [:]
    public var metadataProvider: Logger.MetadataProvider?

    private let label: String
    private let format: LogFormat
    private let write: @Sendable (String) -> Void

    /// - Parameters:
    ///   - format: What suits standard error when `nil`.
    ///   - write: Takes one whole line with its end; standard error when `nil`.
    public init(
        label: String,
        level: Logger.Level = .info,
        format: LogFormat? = nil,
        write: (@Sendable (String) -> Void)? = nil
    ) {
        self.label = label
        self.logLevel = level
        self.format = format ?? .suiting(fileDescriptor: STDERR_FILENO)
        self.write = write ?? StandardError.write
    }

    /// Makes this the handler of every logger of the program; to be called once, before the first logger is made.
    ///
    /// - Parameter format: What suits standard error when `nil`.
    public static func bootstrap(level: Logger.Level, format: LogFormat? = nil) {
        LoggingSystem.bootstrap { ConsoleLogHandler(label: $0, level: level, format: format) }
    }

    public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { self.metadata[key] }
        set { self.metadata[key] = newValue }
    }

    public func log(event: LogEvent) {
        var metadata = self.metadata
        if let provided = self.metadataProvider?.get() { metadata.merge(provided) { $1 } }
        if let own = event.metadata { metadata.merge(own) { $1 } }
        if let error = event.error { metadata[LogKey.error] = "\(error)" }
        let line = LogLine(
            time: .now(),
            level: event.level,
            label: self.label,
            message: Redaction.withoutCredentials(event.message.description),
            metadata: metadata
        )
        self.write(line.text(self.format))
    }
}

/// The standard error stream, one writer at a time.
private enum StandardError {
    private static let lock = Mutex(())

    /// Writes the whole text; what cannot be written is dropped, for there is nowhere to say so.
    static func write(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            Self.lock.withLock { _ in
                var remaining = UnsafeRawBufferPointer(bytes)
                while let base = remaining.baseAddress, !remaining.isEmpty {
                    let written = Glibc.write(STDERR_FILENO, base, remaining.count)
                    if written < 0, errno == EINTR { continue }
                    guard written > 0 else { return }
                    remaining = UnsafeRawBufferPointer(rebasing: remaining.dropFirst(written))
                }
            }
        }
    }
}
