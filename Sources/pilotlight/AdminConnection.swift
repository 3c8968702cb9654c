import Administration
import ArgumentParser
import Foundation
import HTTPTransport
import StructuredData
import Telemetry

/// Where a running platform answers, and how to ask it.
struct AdminConnection: ParsableArguments {
    /// Answers that say no: something is not ready, or not there.
    static let negative = ExitCode(1)
    static let unreachable = ExitCode(3)

    @Option(
        help: ArgumentHelp(
            "Where the platform's dashboard answers. (default: $PILOTLIGHT_ADMIN, or http://127.0.0.1:8081)",
            valueName: "url"
        )
    )
    var admin: String?

    /// Without a slash at the end.
    var base: String {
        let named = self.admin ?? ProcessInfo.processInfo.environment["PILOTLIGHT_ADMIN"] ?? "http://127.0.0.1:8081"
        // A port alone, as --admin of `pilotlight up` takes it too, is one of this machine.
        let place = named.hasPrefix(":") ? "127.0.0.1" + named : named
        let url = place.contains("://") ? place : "http://" + place
        return url.hasSuffix("/") ? String(url.dropLast()) : url
    }

    /// The status of everything.
    func status(_ client: HTTPClient) async throws -> PlatformStatus {
        let response = try await self.get("/api/status", client, timeout: .seconds(10))
        do {
            return try PlatformStatus(json: try JSONParser.parse(try await response.text(upTo: 256 << 20)))
        } catch {
            throw self.failure("answers with something that is no status (\(error)). Is \(self.base) a Pilotlight?")
        }
    }

    /// - Parameter timeout: For the whole answer; `nil` for one that goes on.
    func get(_ path: String, _ client: HTTPClient, timeout: Duration?) async throws -> HTTPClientResponse {
        let timeouts = HTTPClientRequest.Timeouts(connect: .seconds(5), total: timeout)
        let response: HTTPClientResponse
        do {
            response = try await client.send(HTTPClientRequest(url: self.base + path, timeouts: timeouts))
        } catch {
            throw self.failure(
                "is not reachable: \(error.detail). Start it with 'pilotlight up FOLDER', or name it with --admin URL."
            )
        }
        if response.status == 404 {
            StandardStream.error.write(try await response.text(upTo: 65_536))
            throw Self.negative
        }
        guard response.isSuccess else {
            let text = try await response.text(upTo: 65_536)
            throw self.failure("refuses with status \(response.status): \(text.prefix(500))")
        }
        return response
    }

    /// Says what is wrong with the platform; what is thrown only carries the exit status.
    func failure(_ sentence: String) -> ExitCode {
        StandardStream.error.write("pilotlight: the platform at \(self.base) \(sentence)\n")
        return Self.unreachable
    }
}
