/// What is wrong with a message, and the status that says so to a client.
///
/// After any of these the connection cannot be used on: where the next message begins is not known.
public enum WireFault: UInt8, Error, Sendable, CaseIterable {
    // The request line.
    case malformedMethod
    case malformedTarget
    case targetTooLong
    case malformedVersion
    case unsupportedVersion
    case malformedRequestLine
    // The status line of a replica.
    case malformedStatusLine
    // Lines and fields.
    case bareLineFeed
    case bareCarriageReturn
    case malformedFieldName
    case blankBeforeColon
    case foldedField
    case malformedFieldValue
    case headTooLarge
    case tooManyFields
    // What the fields mean together.
    case missingHost
    case repeatedHost
    case malformedHost
    case malformedContentLength
    case conflictingContentLength
    case transferEncodingWithContentLength
    case transferEncodingInHTTP10
    case malformedTransferEncoding
    case unsupportedTransferCoding
    case malformedConnection
    case tooManyConnectionOptions
    case unsupportedExpectation
    // Chunked bodies.
    case malformedChunkSize
    case chunkTooLarge
    case malformedChunkExtension
    case chunkExtensionTooLong
    case malformedChunkEnd
    case forbiddenTrailer
    case trailersTooLarge

    /// The status to answer a client's request with; the fault of a replica's response is always answered with 502.
    public var status: Int {
        switch self {
        case .malformedStatusLine: 502
        case .targetTooLong: 414
        case .headTooLarge, .tooManyFields, .trailersTooLarge: 431
        case .unsupportedExpectation: 417
        case .unsupportedTransferCoding: 501
        case .unsupportedVersion: 505
        case .chunkTooLarge: 413
        default: 400
        }
    }

    /// One sentence for the client and the log.
    public var sentence: StaticString {
        switch self {
        case .malformedMethod: "The request line does not begin with a method and one space."
        case .malformedTarget: "The request target is malformed or does not suit the method."
        case .targetTooLong: "The request target is too long."
        case .malformedVersion: "The request line does not end with an HTTP version."
        case .unsupportedVersion: "Only HTTP/1.0 and HTTP/1.1 are spoken here."
        case .malformedRequestLine: "The request line is not a method, a target and a version, one space between them."
        case .malformedStatusLine: "The status line of the response is malformed."
        default: self.fieldSentence
        }
    }

    private var fieldSentence: StaticString {
        switch self {
        case .bareLineFeed: "A line ends with a line feed that no carriage return precedes."
        case .bareCarriageReturn: "A carriage return is not followed by a line feed."
        case .malformedFieldName: "A header field's name is empty or contains a byte that names may not contain."
        case .blankBeforeColon: "There is white space between a header field's name and its colon."
        case .foldedField: "A header field is continued on a second line, which is obsolete."
        case .malformedFieldValue: "A header field's value contains a control character."
        case .headTooLarge: "The header section is too large."
        case .tooManyFields: "There are too many header fields."
        case .missingHost: "The Host field is missing."
        case .repeatedHost: "There is more than one Host field."
        case .malformedHost: "The Host field is malformed."
        case .malformedConnection: "The Connection field is malformed."
        case .tooManyConnectionOptions: "The Connection field lists too many options."
        case .unsupportedExpectation: "Only the expectation 100-continue is understood here."
        default: self.bodySentence
        }
    }

    private var bodySentence: StaticString {
        switch self {
        case .malformedContentLength: "The Content-Length field is not a number, or is too large a one."
        case .conflictingContentLength: "There are Content-Length fields that differ."
        case .transferEncodingWithContentLength: "There are both a Transfer-Encoding and a Content-Length field."
        case .transferEncodingInHTTP10: "There is a Transfer-Encoding field in an HTTP/1.0 message."
        case .malformedTransferEncoding: "The Transfer-Encoding field is malformed or repeated."
        case .unsupportedTransferCoding: "Only the transfer coding chunked is understood here."
        case .malformedChunkSize: "The size of a chunk is not a hexadecimal number on a line of its own."
        case .chunkTooLarge: "A chunk is too large."
        case .malformedChunkExtension: "A chunk extension contains a control character."
        case .chunkExtensionTooLong: "A chunk extension is too long."
        case .malformedChunkEnd: "A chunk is longer than its size says."
        case .forbiddenTrailer: "A trailer field has a name that is allowed in a header section only."
        default: "The trailer section is too large."
        }
    }
}
