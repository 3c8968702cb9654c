import Autoscaler
import CPostgres
import Telemetry
import Timekeeping

/// One connection to one database, shared by triggers with the same credentials.
///
/// It connects when it is first used, and again after it broke.
actor PostgresConnection {
    /// Which database, who asks, and which of several connections.
    struct Key: Hashable, Sendable {
        /// libpq's connection parameters; a whole connection string stands under `dbname`.
        let parameters: [String: String]
        /// A slow query holds up only the queries on its connection.
        let lane: Int
    }

    static let timeout = Duration.seconds(5)
    /// Connections to one database with one set of credentials.
    static let lanesPerDatabase = 4

    /// Frees what libpq holds when the connection is let go of, wherever that is.
    private final class Handle {
        let pointer: OpaquePointer

        init(_ pointer: OpaquePointer) {
            self.pointer = pointer
        }

        deinit {
            CPGClose(self.pointer)
        }
    }

    private nonisolated let executor: LaneExecutor
    private let parameters: [String: String]
    private var handle: Handle?
    /// Set where a pooler in between refuses the option that bounds the time of a statement on the server.
    private var bringsNoOptions = false

    nonisolated var unownedExecutor: UnownedSerialExecutor { self.executor.asUnownedSerialExecutor() }

    init(_ key: Key) {
        self.parameters = key.parameters
        self.executor = LaneExecutor(label: "postgresql")
    }

    /// The first column of the first row of a query, as a number.
    nonisolated func number(_ query: String) async throws(TriggerFailure) -> Double {
        let deadline = MonotonicClock.now().advanced(by: Self.timeout)
        let late = "PostgreSQL did not answer in \(Self.timeout.inSeconds) seconds"
        return try await Patience.wait(for: Self.timeout, saying: late) {
            await self.ask(query, deadline: deadline)
        }
    }

    private func ask(_ query: String, deadline: MonotonicInstant) -> Result<Double, TriggerFailure> {
        // Whoever asked has gone while others were served.
        guard deadline > MonotonicClock.now() else {
            return .failure(TriggerFailure(.unavailable, "the queries before this one take too long"))
        }
        return Result { () throws(TriggerFailure) -> Double in
            // A connection that has been at rest may have been closed by the other side: that is worth a second try.
            if let handle {
                let (outcome, text) = Self.run(query, on: handle, deadline: deadline)
                if outcome != CPGNoConnection { return try self.number(outcome, text) }
                self.handle = nil
            }
            let handle = try self.connect(deadline: deadline)
            self.handle = handle
            let (outcome, text) = Self.run(query, on: handle, deadline: deadline)
            return try self.number(outcome, text)
        }
    }

    private func connect(deadline: MonotonicInstant) throws(TriggerFailure) -> Handle {
        var parameters = self.parameters
        parameters["application_name"] = "pilotlight"
        if !self.bringsNoOptions {
            parameters["options"] = "-c statement_timeout=\(Int(Self.timeout.inSeconds * 1000))"
        }
        let (pointer, outcome, text) = Self.open(parameters, deadline: deadline)
        if let pointer { return Handle(pointer) }
        if !self.bringsNoOptions, text.contains("unsupported startup parameter") {
            self.bringsNoOptions = true
            return try self.connect(deadline: deadline)
        }
        throw Self.failure(outcome, text)
    }

    private func number(_ outcome: CPGOutcome, _ text: String) throws(TriggerFailure) -> Double {
        if outcome == CPGNoConnection || outcome == CPGTimedOut { self.handle = nil }
        guard outcome == CPGSucceeded else { throw Self.failure(outcome, text) }
        guard let number = Double(text.trimmed), number.isFinite else {
            throw TriggerFailure(.invalid, "the query returns '\(text.prefix(60))', which is no number")
        }
        return number
    }

    // MARK: libpq

    private static func open(
        _ parameters: [String: String],
        deadline: MonotonicInstant
    ) -> (pointer: OpaquePointer?, outcome: CPGOutcome, text: String) {
        let sorted = parameters.sorted { $0.key < $1.key }
        return Self.withTexts(sorted.map(\.key)) { keywords in
            Self.withTexts(sorted.map(\.value)) { values in
                var pointer: OpaquePointer?
                let (outcome, text) = Self.withText { text, capacity in
                    CPGOpen(keywords, values, Self.milliseconds(until: deadline), &pointer, text, capacity)
                }
                return (pointer, outcome, text)
            }
        }
    }

    private static func run(
        _ query: String,
        on handle: Handle,
        deadline: MonotonicInstant
    ) -> (outcome: CPGOutcome, text: String) {
        Self.withText { text, capacity in
            CPGQuery(handle.pointer, query, Self.milliseconds(until: deadline), text, capacity)
        }
    }

    private static func withText(
        _ body: (UnsafeMutablePointer<CChar>?, Int) -> CPGOutcome
    ) -> (outcome: CPGOutcome, text: String) {
        var buffer = [CChar](repeating: 0, count: 2048)
        let outcome = buffer.withUnsafeMutableBufferPointer { body($0.baseAddress, $0.count) }
        let bytes = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return (outcome, String(decoding: bytes, as: UTF8.self))
    }

    /// Runs `body` with the texts as C has them, and NULL behind the last.
    private static func withTexts<Result>(
        _ texts: [String],
        _ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> Result
    ) -> Result {
        let copies = texts.map { text in
            let bytes = Array(text.utf8CString)
            let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
            copy.initialize(from: bytes, count: bytes.count)
            return copy
        }
        defer { for copy in copies { copy.deallocate() } }
        let pointers: [UnsafePointer<CChar>?] = copies.map { UnsafePointer($0) } + [nil]
        return pointers.withUnsafeBufferPointer { body($0.baseAddress) }
    }

    private static func milliseconds(until deadline: MonotonicInstant) -> Int32 {
        Int32(max(1, min(3_600_000, deadline.seconds(since: MonotonicClock.now()) * 1000)))
    }

    /// What went wrong, in terms of what can be done about it.
    private static func failure(_ outcome: CPGOutcome, _ text: String) -> TriggerFailure {
        let said = text.split(whereSeparator: \.isNewline).joined(separator: " ").trimmed
        switch outcome {
        case CPGNotLoadable, CPGNoValue: return TriggerFailure(.invalid, said)
        case CPGTimedOut: return TriggerFailure(.unavailable, said)
        case CPGQueryFailed:
            let state = said.prefix(5)
            let message = said.dropFirst(6)
            // Class 28 is a refused login; 42501 a missing right; 53, 55, 57 and 58 a server in trouble.
            if state.hasPrefix("28") || state == "42501" { return TriggerFailure(.refused, "PostgreSQL: \(message)") }
            let isPassing = ["53", "55", "57", "58", "40"].contains { state.hasPrefix($0) }
            return TriggerFailure(isPassing ? .unavailable : .invalid, "PostgreSQL: \(message)")
        default:
            let refusals = [
                "authentication failed", "no pg_hba.conf entry", "no password supplied", "certificate",
                "does not support SSL", "permission denied", "role \"",
            ]
            if refusals.contains(where: said.contains) { return TriggerFailure(.refused, "PostgreSQL: \(said)") }
            let isMistake = ["database \"", "invalid", "missing \"=\""].contains(where: said.contains)
            return TriggerFailure(isMistake ? .invalid : .unavailable, "PostgreSQL: \(said)")
        }
    }
}
