import Testing

@Suite("SimulationKit")
struct RoomTests {}
