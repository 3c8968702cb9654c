import CRdkafka
import Glibc

// Plays a Kafka cluster over real sockets, with the cluster that librdkafka has for its own tests.
//
//     kafka-peer --brokers 3 --topics requests:4:3 results:4:3
//
// Prints one line of JSON that names its bootstrap servers, then obeys commands on standard input, one a line, and
// answers each with a line of JSON. It ends when its input does, so it cannot outlive whoever started it.

do {
    let options = try PeerOptions(CommandLine.arguments.dropFirst())
    let peer = try Peer(brokers: options.brokers)
    for topic in options.topics { try peer.create(topic) }
    print("{\"bootstrapServers\":\"\(peer.bootstrapServers)\",\"brokers\":\(options.brokers)}")
    fflush(nil)
    while let line = readLine() {
        do throws(PeerError) {
            try peer.obey(line.split(separator: " "))
            print("{\"ok\":true}")
        } catch {
            print("{\"ok\":false,\"error\":\"\(error.description)\"}")
        }
        fflush(nil)
    }
    peer.stop()
} catch {
    let text = Array("kafka-peer: \(error)\n".utf8)
    write(STDERR_FILENO, text, text.count)
    exit(1)
}
