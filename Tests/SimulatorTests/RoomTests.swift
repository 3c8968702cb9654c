import Testing

@Suite("Simulator")
struct RoomTests {}
