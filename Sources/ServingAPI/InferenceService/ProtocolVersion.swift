/// The inference protocols, the preferred one first.
public enum ProtocolVersion: String, Sendable, CaseIterable, Comparable {
    case v1, v2
    case grpcV1 = "grpc-v1"
    case grpcV2 = "grpc-v2"

    public static func < (left: ProtocolVersion, right: ProtocolVersion) -> Bool { left.rank < right.rank }

    /// Place in the order of preference, from zero.
    var rank: Int { Self.allCases.firstIndex(of: self) ?? Self.allCases.count }
}
