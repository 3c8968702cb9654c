import Testing

@Suite("ExternalScaler")
struct RoomTests {}
