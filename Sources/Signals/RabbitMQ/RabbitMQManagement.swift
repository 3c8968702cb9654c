import Autoscaler
import MessageTransport
import ScalingCore
import StructuredData

/// Asks the management API, whose numbers are some seconds old.
struct RabbitMQManagement: RabbitMQSource {
    /// A regular expression that matches more pages than these is a mistake.
    private static let pagesMaximum = 1000
    /// What is asked for: a broker with many queues has a lot to say about each.
    private static let columns =
        "name,messages,messages_ready,message_stats.publish_details.rate,message_stats.deliver_get_details.rate"

    private let source: HTTPSource
    private let address: RabbitMQAddress
    private let queueName: String
    private let operation: RabbitMQQueueCounts.Operation?
    private let pageSize: Int

    init(_ clients: HTTPClients, _ address: RabbitMQAddress, _ configuration: RabbitMQTrigger.Configuration) {
        self.source = HTTPSource(clients, HTTPAuthentication(address), timeout: configuration.timeout)
        self.address = address
        self.queueName = configuration.queueName
        self.operation = configuration.operation
        self.pageSize = configuration.pageSize
    }

    func counts() async throws(TriggerFailure) -> (counts: RabbitMQQueueCounts, remark: String?) {
        guard let operation else {
            let json = try await self.ask(self.url(of: "/\(URLText.encoded(self.queueName))", []))
            return (RabbitMQQueueCounts(json), json["messages"] == nil ? Self.newQueueRemark : nil)
        }
        let queues = try await self.matching()
        let remark = queues.isEmpty ? "No queue matches '\(self.queueName)', which counts as none waiting." : nil
        return (RabbitMQQueueCounts(queues, operation), remark)
    }

    func close() async {}

    private static let newQueueRemark = "RabbitMQ has not counted the new queue yet, which counts as empty."

    /// The queues of all pages.
    private func matching() async throws(TriggerFailure) -> [RabbitMQQueueCounts] {
        var queues: [RabbitMQQueueCounts] = []
        for page in 1...Self.pagesMaximum {
            let url = self.url(
                of: "",
                [
                    ("page", "\(page)"), ("page_size", "\(self.pageSize)"), ("use_regex", "true"),
                    ("name", self.queueName),
                ]
            )
            let json: JSONValue
            do {
                json = try await self.ask(url)
            } catch {
                // Queues that vanish between two pages take the last page with them.
                if page > 1, error.description.contains("page_out_of_range") { return queues }
                throw error
            }
            guard let items = json["items"]?.arrayValue else {
                throw TriggerFailure(.invalid, "\(self.address.base) answered without a list of queues")
            }
            queues += items.map { RabbitMQQueueCounts($0) }
            if page >= json["page_count"]?.intValue ?? 1 { return queues }
        }
        throw TriggerFailure(.invalid, "'\(self.queueName)' matches more than \(Self.pagesMaximum) pages of queues")
    }

    private func url(of path: String, _ parameters: [(name: String, value: String)]) -> String {
        let base = "\(self.address.base)/api/queues/\(URLText.encoded(self.address.virtualHost))\(path)"
        return URLText.adding(parameters + [("columns", Self.columns)], to: base)
    }

    private func ask(_ url: String) async throws(TriggerFailure) -> JSONValue {
        let body: [UInt8]
        do {
            body = try await self.source.get(url, limit: 32 << 20)
        } catch {
            guard error.kind == .invalid, error.description.contains("status 404") else { throw error }
            throw TriggerFailure(
                .invalid,
                "RabbitMQ at \(self.address.base) has no queue '\(self.queueName)' in the virtual host "
                    + "'\(self.address.virtualHost)', or no such virtual host"
            )
        }
        do {
            return try JSONParser.parse(body)
        } catch {
            throw TriggerFailure(.invalid, "\(self.address.base) answered with what is no JSON: \(error)")
        }
    }
}

extension HTTPAuthentication {
    fileprivate init(_ address: RabbitMQAddress) {
        self.init(
            trust: HTTPClients.Trust(
                certificateAuthority: address.tls.certificateAuthority,
                certificate: address.tls.clientCertificate,
                key: address.tls.clientKey?.value,
                verifiesServer: address.tls.verifiesServer
            ),
            headers: address.oauth == nil
                ? [("authorization", Self.basic(address.username, address.password.value))] : []
        )
        self.oauth = address.oauth
    }
}

extension RabbitMQQueueCounts {
    /// Reads one queue of the management API; what a new queue does not have yet counts as zero.
    fileprivate init(_ json: JSONValue) {
        let statistics = json["message_stats"]
        self.init(
            messages: Int64(clamping: json["messages"]?.intValue ?? 0),
            ready: Int64(clamping: json["messages_ready"]?.intValue ?? 0),
            publishRate: statistics?["publish_details"]?["rate"]?.doubleValue ?? 0,
            deliverGetRate: statistics?["deliver_get_details"]?["rate"]?.doubleValue ?? 0
        )
    }
}
