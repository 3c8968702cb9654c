import Activator
import ArgumentParser
import Logging
import ServingAPI
import StructuredData
import Telemetry

/// Everything on one machine.
struct UpCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "up",
        abstract: "Run the whole platform in this process: services at zero wake up when a request comes.",
        discussion: """
            Applies the manifests in the given files and folders, and applies them again when they change: \
            InferenceServices and their runtimes, KEDA's ScaledObjects with the Deployments and credentials they name. \
            Each service answers at http://NAME.NAMESPACE.localhost:8080; its replicas are processes of this machine, \
            which start when a request or a message waits, and end when there is none any more.

              pilotlight up config/quickstart
              pilotlight up services/ --set stable-window=30s --set policy=knative
              pilotlight status --watch          what runs, and why so many
              pilotlight logs NAME               what its replicas say

            What is running, what was decided and what is to run is kept in the data directory: started again with the \
            same one, the platform goes on where it was. Control-C lets requests finish and stops the replicas.

            Exit status: 0 after an orderly end, 1 when the platform could not start or failed, 2 for a wrong call.
            """
    )

    @Argument(help: ArgumentHelp("Files and folders with manifests (.yaml, .yml, .json).", valueName: "path"))
    var paths: [String] = []

    @Option(help: ArgumentHelp("Where services are reached, host:port.", valueName: "address"))
    var listen = ListenAddress(host: "127.0.0.1", port: 8080)

    @Option(help: ArgumentHelp("Where the dashboard, metrics and the API are, host:port.", valueName: "address"))
    var admin = ListenAddress(host: "127.0.0.1", port: 8081)

    @Option(
        help: ArgumentHelp(
            "Where KEDA may ask for the requests of services (its external scaler contract), host:port; off by default.",
            valueName: "address"
        )
    )
    var externalScaler: ListenAddress?

    @Option(help: ArgumentHelp("Where state and logs are kept.", valueName: "folder"))
    var dataDir = ".pilotlight"

    @Option(
        help: ArgumentHelp("The domain under which services are found: NAME.NAMESPACE.DOMAIN.", valueName: "domain")
    )
    var domain = "localhost"

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp(
            "A default for all services, under the name Knative gives it (docs/configuration.md); repeatable.",
            valueName: "key=value"
        )
    )
    var settings: [Setting] = []

    @Option(help: ArgumentHelp("Event loops of the proxy. (default: one a processor)", valueName: "count"))
    var loops: Int?

    @Option(
        help: ArgumentHelp("trace, debug, info, notice, warning, error or critical.", valueName: "level"),
        transform: Self.logLevel
    )
    var logLevel = Logger.Level.warning

    func validate() throws {
        if let loops, !(1...256).contains(loops) {
            throw ValidationError("--loops is \(loops); choose 1 to 256")
        }
        let keys = self.settings.map(\.key)
        if let twice = keys.first(where: { key in keys.filter { $0 == key }.count > 1 }) {
            throw ValidationError("--set \(twice) is given twice")
        }
        _ = try self.defaults()
    }

    func run() async throws {
        ConsoleLogHandler.bootstrap(level: self.logLevel)
        do {
            try await Platform(self).run()
        } catch let error as any CustomStringConvertible & Error {
            // What cannot be done is the user's to read, not a stack of causes.
            StandardStream.error.write("pilotlight: \(error.description)\n")
            throw ExitCode.failure
        }
    }

    private static func logLevel(_ text: String) throws -> Logger.Level {
        guard let level = Logger.Level(rawValue: text) else {
            let known = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("'\(text)' is no log level; choose one of \(known)")
        }
        return level
    }

    func defaults() throws -> ScalingDefaults {
        // On one machine a service may begin at zero if its author says so; on a cluster Knative forbids it by default.
        let own = ["allow-zero-initial-scale": "true"]
        let pairs = own.merging(self.settings.map { ($0.key, $0.value) }) { $1 }
        do {
            return try ScalingDefaults(settings: pairs)
        } catch {
            throw ValidationError(error.problems.map { "--set \($0.path): \($0.message)" }.joined(separator: "\n"))
        }
    }
}

/// `host:port`, `:port` or `port`; an IPv6 address stands in brackets.
struct ListenAddress: ExpressibleByArgument, CustomStringConvertible {
    let host: String
    let port: Int

    init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    init?(argument: String) {
        let text = argument.contains(":") ? argument : ":" + argument
        guard let separator = text.lastIndex(of: ":"), let port = Int(text[text.index(after: separator)...]),
            (0...65_535).contains(port)
        else { return nil }
        let host = text[..<separator].trimmingPrefix("[")
        self.host = host.isEmpty ? "127.0.0.1" : String(host.hasSuffix("]") ? host.dropLast() : host)
        self.port = port
    }

    var description: String { self.host.contains(":") ? "[\(self.host)]:\(self.port)" : "\(self.host):\(self.port)" }
}
