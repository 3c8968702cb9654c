import Testing

@Suite("YAMLReading")
struct RoomTests {}
