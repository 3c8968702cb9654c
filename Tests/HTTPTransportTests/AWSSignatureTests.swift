import HTTPTransport
import Testing

@Suite("Signatures of requests")
struct AWSSignatureTests {
    private static let signature = AWSSignature(
        accessKeyID: "AKIDEXAMPLE",
        secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
        region: "us-east-1",
        service: "service"
    )

    private static func signed(_ request: HTTPClientRequest) -> String {
        var request = request
        Self.signature.sign(&request, time: "20150830T123600Z")
        return String(request.headers["authorization"]?.suffix(64) ?? "")
    }

    /// Of Amazon's published test suite: get-vanilla, get-vanilla-query-order-key-case, post-vanilla,
    /// post-x-www-form-urlencoded and get-header-value-trim.
    @Test("signatures of Amazon's own test suite")
    func suite() {
        let base = "https://example.amazonaws.com/"
        #expect(
            Self.signed(HTTPClientRequest(url: base))
                == "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"
        )
        #expect(
            Self.signed(HTTPClientRequest(url: "\(base)?Param2=value2&Param1=value1"))
                == "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"
        )
        #expect(
            Self.signed(HTTPClientRequest(method: "POST", url: base))
                == "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"
        )
        let form = HTTPClientRequest(
            method: "POST",
            url: base,
            headers: ["content-type": "application/x-www-form-urlencoded"],
            body: Array("Param1=value1".utf8)
        )
        #expect(Self.signed(form) == "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a")
        let padded = HTTPClientRequest(url: base, headers: ["my-header1": " value1", "my-header2": " \"a   b   c\" "])
        #expect(Self.signed(padded) == "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736")
    }
}
