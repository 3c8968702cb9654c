/// What a user has put on hold.
public struct ScalingPause: Sendable, Equatable {
    /// Nothing is decided; the scale stays, or is `replicas`.
    public var isFrozen: Bool
    /// The scale while frozen; `nil` for whatever it is.
    public var replicas: Int?
    /// Never fewer than there are.
    public var holdsScaleIn: Bool
    /// Never more than there are.
    public var holdsScaleOut: Bool

    public static let none = ScalingPause()

    public init(
        isFrozen: Bool = false,
        replicas: Int? = nil,
        holdsScaleIn: Bool = false,
        holdsScaleOut: Bool = false
    ) {
        self.isFrozen = isFrozen || replicas != nil
        self.replicas = replicas
        self.holdsScaleIn = holdsScaleIn
        self.holdsScaleOut = holdsScaleOut
    }
}
