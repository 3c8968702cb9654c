import Testing

@Suite("MessageTransport")
struct RoomTests {}
