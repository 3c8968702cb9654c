/// Whether a request asks to leave HTTP/1.1, and for what.
public enum UpgradeRequest: UInt8, Sendable {
    case none, webSocket, other
}
