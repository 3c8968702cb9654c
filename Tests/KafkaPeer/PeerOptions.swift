/// A topic to make: `requests:4:3` has four partitions on three brokers each.
struct PeerTopic {
    let name: String
    let partitions: Int32
    let replicas: Int32

    init(_ text: some StringProtocol) throws(PeerError) {
        let parts = text.split(separator: ":")
        guard (1...3).contains(parts.count) else { throw PeerError("'\(text)' is no name:partitions:replicas") }
        let numbers = parts.dropFirst().compactMap { Int32($0) }
        guard numbers.count == parts.count - 1, numbers.allSatisfy({ $0 > 0 }) else {
            throw PeerError("'\(text)' is no name:partitions:replicas")
        }
        self.name = String(parts[0])
        self.partitions = numbers.first ?? 1
        self.replicas = numbers.count > 1 ? numbers[1] : 1
    }
}

struct PeerOptions {
    var brokers: Int32 = 1
    var topics: [PeerTopic] = []

    init(_ arguments: some Sequence<String>) throws(PeerError) {
        var current = ""
        for argument in arguments {
            if argument.hasPrefix("--") {
                current = argument
                continue
            }
            switch current {
            case "--brokers":
                guard let count = Int32(argument), (1...50).contains(count) else {
                    throw PeerError("'\(argument)' is no number of brokers; 1 to 50 can be had")
                }
                self.brokers = count
            case "--topics": self.topics.append(try PeerTopic(argument))
            default:
                throw PeerError("'\(argument)' means nothing here; there are --brokers N and --topics NAME:P:R ...")
            }
        }
    }
}

struct PeerError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
