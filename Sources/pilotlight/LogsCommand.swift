import ArgumentParser
import Foundation
import HTTPTransport

/// What the replicas of a service say.
struct LogsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs",
        abstract: "Show what the replicas of a service wrote to their output.",
        discussion: """
              pilotlight logs iris                 what is kept of the replicas that are there
              pilotlight logs iris --tail 20
              pilotlight logs iris --follow        and what they, and replicas that start later, write next

            Of several replicas each line begins with the name of its own.

            Exit status: 0, 1 when there is no such service or no replica to show, 2 for a wrong call, 3 when the \
            platform is not reachable.
            """
    )

    @Argument(help: ArgumentHelp("The service.", valueName: "name"))
    var name: String

    @Option(name: .shortAndLong, help: ArgumentHelp("Its namespace.", valueName: "namespace"))
    var namespace = "default"

    @Flag(name: .shortAndLong, help: "Go on with what is written next, until Control-C.")
    var follow = false

    @Option(help: ArgumentHelp("Begin so many lines before each end. (default: everything kept)", valueName: "lines"))
    var tail: Int?

    @OptionGroup var connection: AdminConnection

    func validate() throws {
        if let tail, tail < 0 { throw ValidationError("--tail is \(tail); it cannot be negative") }
    }

    func run() async throws {
        let client = HTTPClient()
        let response = try await self.connection.get(self.path, client, timeout: nil)
        var isEmpty = true
        do {
            for try await chunk in response.body {
                isEmpty = false
                StandardStream.output.write(String(decoding: chunk, as: UTF8.self))
            }
        } catch {
            throw self.connection.failure("broke the log off: \(error.detail)")
        }
        if isEmpty, !self.follow {
            StandardStream.error.write(
                "pilotlight: no replica of \(self.name) has written anything; with --follow you see the next one start\n"
            )
            throw AdminConnection.negative
        }
    }

    private var path: String {
        var components = URLComponents()
        components.path = "/api/logs"
        components.queryItems = [
            URLQueryItem(name: "namespace", value: self.namespace), URLQueryItem(name: "name", value: self.name),
        ]
        if let tail { components.queryItems?.append(URLQueryItem(name: "tail", value: "\(tail)")) }
        if self.follow { components.queryItems?.append(URLQueryItem(name: "follow", value: "true")) }
        return components.string ?? "/api/logs"
    }
}
