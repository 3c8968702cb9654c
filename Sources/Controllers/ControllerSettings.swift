public import ServingAPI

/// What the controllers take for granted about the place they run in.
public struct ControllerSettings: Sendable, Equatable {
    /// The domain under which services are found from outside.
    public var domain = "localhost"
    /// `http` or `https`, as clients outside have to write it.
    public var scheme = "http"
    /// The port that clients outside have to write; `nil` when it is the scheme's own.
    public var externalPort: Int?
    /// What a service gets where it says nothing itself.
    public var scaling = ScalingDefaults()
    /// Services worked on side by side.
    public var servicesAtOnce = 4

    public init() {}

    /// The address of a host for clients outside, `http://HOST[:PORT]`.
    func url(host: String) -> String {
        "\(self.scheme)://\(host)" + (self.externalPort.map { ":\($0)" } ?? "")
    }
}
