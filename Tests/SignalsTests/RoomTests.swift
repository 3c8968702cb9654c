import Testing

@Suite("Signals")
struct RoomTests {}
