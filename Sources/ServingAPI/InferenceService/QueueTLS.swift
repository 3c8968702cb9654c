import StructuredData

/// Whether the way to a broker is encrypted.
public struct QueueTLS: Sendable, Equatable {
    public var isOn: Bool
    /// Takes any certificate for the broker's.
    public var isUnsafe: Bool

    public init(isOn: Bool = false, isUnsafe: Bool = false) {
        self.isOn = isOn
        self.isUnsafe = isUnsafe
    }

    /// `tls` is true or false, or KEDA's `enable` or `disable`.
    init(reading reader: FieldReader) {
        switch reader.value("tls") {
        case nil, .bool(false)?, .string("disable")?: self.isOn = false
        case .bool(true)?, .string("enable")?: self.isOn = true
        default:
            self.isOn = false
            reader.report("must be true or false, or KEDA's 'enable' or 'disable'", at: "tls")
        }
        self.isUnsafe = reader.bool("unsafeSsl") ?? false
    }

    /// As members of the broker's object.
    var members: [(String, JSONValue?)] {
        [
            ("tls", self.isOn ? .bool(true) : JSONValue?.none),
            ("unsafeSsl", self.isUnsafe ? .bool(true) : JSONValue?.none),
        ]
    }
}
