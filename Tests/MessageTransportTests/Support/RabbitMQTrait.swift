import TestSupport
import Testing

/// Gives a suite one RabbitMQ for all its tests.
struct RabbitMQTrait: SuiteTrait, TestScoping {
    @TaskLocal static var server: RabbitMQServer?

    /// Once for the suite, not for each test: the broker takes seconds to start.
    var isRecursive: Bool { false }

    func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @Sendable () async throws -> Void
    ) async throws {
        try await Servers.rabbitMQ { server in
            try await Self.$server.withValue(server) { try await function() }
        }
    }
}

extension Trait where Self == RabbitMQTrait {
    static var rabbitMQ: RabbitMQTrait { RabbitMQTrait() }
}
