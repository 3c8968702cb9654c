import NIOCore
import Testing
import Timekeeping

@testable import InferenceServer

@Suite("AnswerComposer")
struct AnswerComposerTests {
    private static func message(
        _ body: String = "{}",
        offset: Int64? = 7,
        _ change: (inout QueueMessage) -> Void = { _ in }
    ) -> QueueMessage {
        var message = QueueMessage(
            position: MessagePosition(lane: MessageLane(number: 2, epoch: 1), number: 7),
            body: ByteBuffer(string: body),
            source: "requests",
            taken: .seconds(0)
        )
        message.offset = offset
        change(&message)
        return message
    }

    private static func prediction(id: String? = nil, jsonLength: Int? = nil) -> Prediction {
        Prediction(body: AnswerBody(bytes: ByteBuffer(string: "answer"), jsonLength: jsonLength), requestID: id)
    }

    private static let both = AnswerComposer(results: "results", deadLetters: "failed")
    private static let time = "2026-01-02T03:04:05Z"

    private static func headers(_ outgoing: Outgoing) -> [String: String] {
        Dictionary(outgoing.message.headers.map { ($0.name, $0.text ?? "(none)") }) { $1 }
    }

    @Test("a result carries the message's key, headers and correlation id, and its own name")
    func carriesOver() {
        let message = Self.message { message in
            message.key = [1, 2]
            message.headers = [MessageHeader("trace", "abc"), MessageHeader("empty", .absent)]
            message.correlationID = "c-1"
        }
        let result = Self.both.result(Self.prediction(), of: message, time: Self.time)
        #expect(result.message.destination == "results")
        #expect(result.message.key == [1, 2])
        #expect(result.message.correlationID == "c-1")
        #expect(result.message.headers.prefix(2) == [MessageHeader("trace", "abc"), MessageHeader("empty", .absent)])
        #expect(Self.headers(result)["pilotlight-id"] == "c-1")
        #expect(result.message.contentType == "application/json")
        #expect(String(buffer: result.message.body) == "answer")
    }

    @Test("headers that speak of the request's body do not go with the result's")
    func bodyHeaders() {
        let message = Self.message { message in
            message.headers = [
                MessageHeader("Inference-Header-Content-Length", "99"), MessageHeader("Content-Type", "text/x"),
                MessageHeader("pilotlight-error", "of an earlier time"),
            ]
        }
        let plain = Self.both.result(Self.prediction(), of: message, time: Self.time)
        #expect(plain.message.headers == [MessageHeader("pilotlight-id", "requests/2/7")])
        let binary = Self.both.result(Self.prediction(jsonLength: 3), of: message, time: Self.time)
        #expect(Self.headers(binary)["inference-header-content-length"] == "3")
        #expect(binary.message.contentType == "application/octet-stream")
    }

    @Test("a message has one name every time it is handed out: its own, its sender's, its place, its contents")
    func identity() {
        #expect(Self.both.result(Self.prediction(id: "mine"), of: Self.message(), time: Self.time).id == "mine")
        #expect(AnswerComposer.identity(of: Self.message { $0.messageID = "m" }) == "m")
        #expect(AnswerComposer.identity(of: Self.message { $0.correlationID = "c" }) == "c")
        #expect(AnswerComposer.identity(of: Self.message()) == "requests/2/7")
        let nameless = AnswerComposer.identity(of: Self.message("a", offset: nil))
        #expect(nameless == AnswerComposer.identity(of: Self.message("a", offset: nil)))
        #expect(nameless != AnswerComposer.identity(of: Self.message("b", offset: nil)))
    }

    @Test("the queue that a message names for its answer comes before the consumer's")
    func replyTo() {
        let message = Self.message { $0.replyTo = "mine" }
        #expect(Self.both.result(Self.prediction(), of: message, time: Self.time).message.destination == "mine")
        let nowhere = AnswerComposer(results: nil, deadLetters: "failed")
        let homeless = nowhere.result(Self.prediction(), of: Self.message(), time: Self.time)
        #expect(homeless.message.destination == "failed" && homeless.reason == .noDestination)
    }

    @Test("a dead letter is the message as it came, with why, whence and when in its headers")
    func deadLetter() {
        let message = Self.message("{oops") { message in
            message.key = [9]
            message.headers = [MessageHeader("trace", "abc")]
            message.contentType = "application/json"
            message.replyTo = "mine"
        }
        let letter = Self.both.complaint(InferenceError(.invalidInput, "no JSON"), about: message, time: Self.time)
        #expect(letter.message.destination == "failed")
        #expect(String(buffer: letter.message.body) == "{oops")
        #expect(letter.message.key == [9])
        #expect(letter.message.contentType == "application/json")
        #expect(letter.message.replyTo == "mine")
        #expect(
            Self.headers(letter) == [
                "trace": "abc", "pilotlight-id": "requests/2/7", "pilotlight-error": "no JSON",
                "pilotlight-reason": "invalid-request", "pilotlight-source": "requests",
                "pilotlight-partition": "2", "pilotlight-offset": "7", "pilotlight-time": Self.time,
            ]
        )
        let failed = Self.both.complaint(InferenceError(.failed, "boom"), about: message, time: Self.time)
        #expect(Self.headers(failed)["pilotlight-reason"] == "prediction-failed")
    }

    @Test("without a dead letter the error goes where the result would have gone")
    func errorAsResult() {
        let composer = AnswerComposer(results: "results", deadLetters: nil)
        let error = InferenceError(.invalidInput, "no \"JSON\"")
        let answer = composer.complaint(error, about: Self.message(), time: Self.time)
        #expect(answer.message.destination == "results")
        #expect(String(buffer: answer.message.body) == #"{"error":"no \"JSON\"","id":"requests/2/7"}"#)
        let replied = composer.complaint(error, about: Self.message { $0.replyTo = "mine" }, time: Self.time)
        #expect(replied.message.destination == "mine")
    }

    @Test("a result that the broker refuses becomes a dead letter, and one that is refused too loses its body")
    func substitutes() {
        let message = Self.message("large") { $0.headers = [MessageHeader("trace", "abc")] }
        let result = Self.both.result(Self.prediction(), of: message, time: Self.time)
        let letter = Self.both.substitute(for: result, because: "too large", time: Self.time)
        #expect(letter.stage == .complaint && letter.reason == .resultRefused)
        #expect(String(buffer: letter.message.body) == "large")
        #expect(Self.headers(letter)["pilotlight-error"] == "the result was not taken at 'results': too large")
        let bare = Self.both.substitute(for: letter, because: "too large", time: Self.time)
        #expect(bare.stage == .last)
        #expect(bare.message.body.readableBytes == 0)
        #expect(Self.headers(bare)["pilotlight-body-omitted"] == "too large")
        #expect(Self.headers(bare)["trace"] == nil)
        #expect(Self.headers(bare)["pilotlight-offset"] == "7")
    }

    @Test("when whoever asked is gone, the complaint does not go to him")
    func replyGone() {
        let composer = AnswerComposer(results: "results", deadLetters: nil)
        let message = Self.message { $0.replyTo = "gone" }
        let result = composer.result(Self.prediction(), of: message, time: Self.time)
        #expect(result.message.destination == "gone")
        let complaint = composer.substitute(for: result, because: "no such queue", time: Self.time)
        #expect(complaint.message.destination == "results")
    }
}
