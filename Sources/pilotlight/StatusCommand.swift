import Administration
import ArgumentParser
import Foundation
import Glibc
import HTTPTransport
import StructuredData
import Telemetry

/// What runs, how busy it is and why so many.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show services with their replicas, load against target, queue and last decision.",
        discussion: """
              pilotlight status                    everything
              pilotlight status iris               one service
              pilotlight status --watch            again every second
              pilotlight status --output json      for programs; the fields stand in docs/api.md

            LOAD/TARGET is the load on each ready replica and the load aimed at. REPLICAS is how many are ready, and \
            behind a slash how many are wanted when that differs.

            Below the services stands what event sources drive: each source with its value and what one replica should \
            have of it, when it was read, and when it is looked at next.

            Exit status: 0 when every service shown is ready or at zero, 1 when one is not or there is none, 2 for a \
            wrong call, 3 when the platform is not reachable.
            """
    )

    enum Output: String, ExpressibleByArgument, CaseIterable {
        case table, json
    }

    @Argument(help: ArgumentHelp("The service to show; all when left out.", valueName: "name"))
    var name: String?

    @Option(name: .shortAndLong, help: ArgumentHelp("Only services of this namespace.", valueName: "namespace"))
    var namespace: String?

    @Flag(name: .shortAndLong, help: "Show it again every second until Control-C.")
    var watch = false

    @Option(name: .shortAndLong, help: ArgumentHelp("table or json.", valueName: "table|json"))
    var output = Output.table

    @OptionGroup var connection: AdminConnection

    func run() async throws {
        let client = HTTPClient()
        while true {
            var status = try await self.connection.status(client)
            status.services.removeAll { !self.isWanted($0) }
            status.scaledObjects.removeAll { !self.isWanted($0) }
            self.show(status)
            guard self.watch else { return try self.conclude(status) }
            try await Task.sleep(for: .seconds(1))
        }
    }

    private func isWanted(_ service: ServiceReport) -> Bool {
        (self.name.map { $0 == service.name } ?? true) && (self.namespace.map { $0 == service.namespace } ?? true)
    }

    private func isWanted(_ events: EventScalingReport) -> Bool {
        (self.name.map { [events.service, events.target, events.name].contains($0) } ?? true)
            && (self.namespace.map { $0 == events.namespace } ?? true)
    }

    private func conclude(_ status: PlatformStatus) throws {
        if status.services.isEmpty, status.scaledObjects.isEmpty {
            let subject = self.name.map { "no service \($0)" } ?? "no services"
            let place = self.namespace.map { " in the namespace \($0)" } ?? ""
            StandardStream.error.write("pilotlight: there \(self.name == nil ? "are" : "is") \(subject)\(place)\n")
            throw AdminConnection.negative
        }
        guard status.services.allSatisfy({ $0.isReady == true }),
            status.scaledObjects.allSatisfy({ $0.isReady == true })
        else { throw AdminConnection.negative }
    }

    private func show(_ status: PlatformStatus) {
        let stream = StandardStream.output
        switch self.output {
        case .json:
            // Watched, one document a line, so that a program knows where each ends.
            stream.write(status.json.jsonText(indentation: self.watch ? nil : 2) + "\n")
        case .table:
            let size = stream.isTerminal ? TerminalSize(of: stream.descriptor) : nil
            let noColor = ProcessInfo.processInfo.environment["NO_COLOR", default: ""]
            let table = StatusTable(width: size?.columns, isColored: stream.isTerminal && noColor.isEmpty)
            let isEmpty = status.services.isEmpty && status.scaledObjects.isEmpty
            let text = isEmpty ? "" : table.text(status, now: status.time)
            guard self.watch else { return stream.write(text) }
            guard let size else { return stream.write(text + "\n") }
            // Home, the new picture, and whatever is left of the old one erased.
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            let shown = lines.prefix(max(1, size.rows - 1)).map { $0 + "\u{1B}[K" }.joined(separator: "\n")
            stream.write("\u{1B}[H\(shown)\u{1B}[J")
        }
    }
}

/// How much fits on a terminal.
private struct TerminalSize {
    let columns: Int
    let rows: Int

    /// `nil` when the terminal does not say.
    init?(of descriptor: Int32) {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else { return nil }
        self.columns = Int(size.ws_col)
        self.rows = Int(size.ws_row)
    }
}
