import CRabbitMQ

/// librabbitmq, loaded when it is first needed.
enum AMQPLibrary {
    /// The library's functions, or why there are none.
    private static let loaded: Result<AMQPTable, MessagingError> = {
        let table = UnsafeMutablePointer<AMQPFunctions>.allocate(capacity: 1)
        let (outcome, text) = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 1024) { text in
            guard let start = text.baseAddress else { return (AMQPLoadOutcome.notLoadable, "") }
            let outcome = AMQPLoad(table, start, text.count)
            return (outcome, String(cString: start))
        }
        switch outcome {
        case .succeeded: return .success(AMQPTable(functions: UnsafePointer(table)))
        case .lacksFunction:
            table.deallocate()
            return .failure(
                MessagingError(
                    .libraryMissing,
                    "librabbitmq.so.4 is too old to talk to RabbitMQ: it lacks \(text); version 0.11 or later is "
                        + "needed, in Debian the package librabbitmq4"
                )
            )
        default:
            table.deallocate()
            return .failure(
                MessagingError(
                    .libraryMissing,
                    "talking to RabbitMQ needs librabbitmq.so.4, in Debian the package librabbitmq4: \(text)"
                )
            )
        }
    }()

    static func functions() throws(MessagingError) -> AMQPTable { try self.loaded.get() }
}

/// Where the library's functions are; valid from any thread until the process ends.
@dynamicMemberLookup
struct AMQPTable: @unchecked Sendable {
    // Safe to share: filled once before anybody sees it, and never changed or freed afterwards.
    let functions: UnsafePointer<AMQPFunctions>

    subscript<Function>(dynamicMember function: KeyPath<AMQPFunctions, Function>) -> Function {
        self.functions.pointee[keyPath: function]
    }
}
