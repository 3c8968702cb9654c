import StructuredData
import Synchronization

/// Questions to a program and its answers; after the first failure there are no more.
final class PolicyConversation: Sendable {
    private struct State {
        var program: ChildProgram?
        var failure: String?
        var asked = 0
    }

    private let state: Mutex<State>
    private let name: String
    private let timeoutSeconds: Double

    init(command: [String], timeoutSeconds: Double) {
        self.name = command.first ?? "the program"
        self.timeoutSeconds = timeoutSeconds
        do {
            self.state = Mutex(State(program: try ChildProgram(command: command)))
        } catch {
            self.state = Mutex(State(failure: "'\(command.first ?? "")' cannot be started: \(error.reason)"))
        }
    }

    /// Why nothing is asked any more; `nil` while all is well.
    var failure: String? { self.state.withLock { $0.failure } }

    /// Says what there is; the program answers `{"type":"hello"}`.
    func greet(_ greeting: JSONValue) {
        guard let answer = self.ask(greeting) else { return }
        if answer["type"]?.stringValue != "hello" { self.fail("its first line is no greeting: \(answer.jsonText())") }
    }

    /// One question and its answer; `nil` when there is none, and for ever after.
    func ask(_ question: JSONValue) -> JSONValue? {
        self.state.withLock { state in
            guard state.failure == nil, let program = state.program else { return nil }
            state.asked += 1
            do {
                try program.write(line: Array(question.jsonText().utf8), timeoutSeconds: self.timeoutSeconds)
                let line = try program.readLine(timeoutSeconds: self.timeoutSeconds)
                let answer = try JSONParser.parse(line, maximumDepth: 16)
                guard let error = answer["error"]?.stringValue else { return answer }
                state.failure = self.sentence("it says: \(error)", line: state.asked)
            } catch let error as ChildProgram.Failure {
                state.failure = self.sentence(error.reason, line: state.asked)
            } catch let error as JSONError {
                state.failure = self.sentence(
                    "it is no JSON, column \(error.column): \(error.message)",
                    line: state.asked
                )
            } catch {
                state.failure = self.sentence("\(error)", line: state.asked)
            }
            state.program = nil
            return nil
        }
    }

    /// Ends the conversation because of what was said.
    func fail(_ reason: String) {
        self.state.withLock { state in
            guard state.failure == nil else { return }
            state.failure = self.sentence(reason, line: state.asked)
            state.program = nil
        }
    }

    private func sentence(_ reason: String, line: Int) -> String {
        "the policy program '\(self.name)' was given up at answer \(line): \(reason)"
    }
}
