import Logging

extension Logger {
    /// Says nothing, because tests look at results.
    static var silent: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }
}
