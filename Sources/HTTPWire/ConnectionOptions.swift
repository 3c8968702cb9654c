/// What the Connection fields of a head say.
struct ConnectionOptions: OptionSet {
    let rawValue: UInt8

    static let close = ConnectionOptions(rawValue: 1)
    static let keepAlive = ConnectionOptions(rawValue: 2)
    static let upgrade = ConnectionOptions(rawValue: 4)
    static let te = ConnectionOptions(rawValue: 8)

    /// RFC 9112, section 9.3: `close` wins, HTTP/1.1 stays open, HTTP/1.0 only when asked to.
    func isKeepAlive(in version: HTTPVersion) -> Bool {
        !self.contains(.close) && (version == .http11 || self.contains(.keepAlive))
    }

    /// The option that a token of a Connection field means, or `nil` when it names a field.
    static func of(_ option: UnsafeRawBufferPointer) -> ConnectionOptions? {
        switch option.count {
        case 2 where option.equalsIgnoringCase("te"): .te
        case 5 where option.equalsIgnoringCase("close"): .close
        case 7 where option.equalsIgnoringCase("upgrade"): .upgrade
        case 10 where option.equalsIgnoringCase("keep-alive"): .keepAlive
        default: nil
        }
    }
}
