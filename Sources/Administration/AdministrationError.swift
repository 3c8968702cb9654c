/// The administration cannot listen.
public struct AdministrationError: Error, CustomStringConvertible {
    /// Where it was to listen, as `127.0.0.1:9900`.
    public let address: String
    public let cause: any Error

    public var description: String {
        "the administration cannot listen on \(self.address): \(self.cause). Try another address with --admin"
    }
}
