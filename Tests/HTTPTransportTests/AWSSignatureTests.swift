import HTTPTransport
import Testing

@Suite("Signatures of requests")
struct AWSSignatureTests {
    private static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    @Test(
        "SHA-256 of texts whose digest is published",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
            (
                String(repeating: "a", count: 1_000_000),
                "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
            ),
        ]
    )
    func digests(text: String, digest: String) {
        #expect(Self.hex(SHA256.digest(Array(text.utf8))) == digest)
    }

    @Test("authentication codes of RFC 4231, with a short key and one longer than a block")
    func codes() {
        let short = SHA256.authenticationCode(of: Array("what do ya want for nothing?".utf8), key: Array("Jefe".utf8))
        #expect(Self.hex(short) == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
        let long = SHA256.authenticationCode(
            of: Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
            key: [UInt8](repeating: 0xAA, count: 131)
        )
        #expect(Self.hex(long) == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")
    }

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
