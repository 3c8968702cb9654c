import Testing

@testable import InferenceServer

@Suite("Fields of a request")
struct ExchangeTests {
    @Test(
        "a preference to wait is read among others, and bounded",
        arguments: [
            ("wait=5", 5), ("respond-async, wait=10", 10), ("wait = 7", 7), ("Wait=3; foo=bar", 3), ("wait=100000", 60),
            ("wait=-1", 0), ("wait", 0), ("", 0), ("await=5", 0),
        ]
    )
    func preferWait(text: String, seconds: Int) {
        #expect(Exchange.waitSeconds(text) == seconds)
    }

    @Test(
        "dates are written as HTTP writes them",
        arguments: [
            (0, "Thu, 01 Jan 1970 00:00:00 GMT"), (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
            (4_102_444_799, "Thu, 31 Dec 2099 23:59:59 GMT"),
        ] as [(Int64, String)]
    )
    func date(seconds: Int64, text: String) {
        #expect(String(decoding: HTTPDate.text(unixSeconds: seconds), as: UTF8.self) == text)
    }
}
