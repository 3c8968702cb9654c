import CRdkafka

/// librdkafka, loaded when it is first needed.
enum KafkaLibrary {
    /// The library's functions, or why there are none.
    private static let loaded: Result<KafkaTable, MessagingError> = {
        let table = UnsafeMutablePointer<KafkaFunctions>.allocate(capacity: 1)
        let (outcome, text) = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 1024) { text in
            guard let start = text.baseAddress else { return (KafkaLoadOutcome.notLoadable, "") }
            let outcome = KafkaLoad(table, start, text.count)
            return (outcome, String(cString: start))
        }
        switch outcome {
        case .succeeded: return .success(KafkaTable(functions: UnsafePointer(table)))
        case .lacksFunction:
            table.deallocate()
            return .failure(
                MessagingError(
                    .libraryMissing,
                    "librdkafka.so.1 is too old to talk to Kafka: it lacks \(text); version 2.0 or later is needed, "
                        + "in Debian the package librdkafka1"
                )
            )
        default:
            table.deallocate()
            return .failure(
                MessagingError(
                    .libraryMissing,
                    "talking to Kafka needs librdkafka.so.1, in Debian the package librdkafka1: \(text)"
                )
            )
        }
    }()

    static func functions() throws(MessagingError) -> KafkaTable { try self.loaded.get() }
}

/// Where the library's functions are; valid from any thread until the process ends.
@dynamicMemberLookup
struct KafkaTable: @unchecked Sendable {
    // Safe to share: filled once before anybody sees it, and never changed or freed afterwards.
    let functions: UnsafePointer<KafkaFunctions>

    subscript<Function>(dynamicMember function: KeyPath<KafkaFunctions, Function>) -> Function {
        self.functions.pointee[keyPath: function]
    }
}
