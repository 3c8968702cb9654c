import ArgumentParser
import Foundation
import HTTPTransport
import Simulator
import StructuredData

/// A live run, simulated again.
struct SimulateFidelityCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fidelity",
        abstract: "Run the platform on this machine, simulate the same arrivals, and show how far apart they are.",
        discussion: """
            Starts `pilotlight up` in a folder of its own with a service that only waits, sends requests at given \
            moments, and writes down latencies, starts and decisions. Then the same arrivals are simulated with the \
            start-up and service times that were measured. That takes 75 seconds of real time a profile, and 134 s \
            from zero. A busy machine spoils the live side.

              pilotlight simulate fidelity                             steady, bursty and scale-from-zero
              pilotlight simulate fidelity --profile bursty --record bursty.json
              pilotlight simulate fidelity --profile bursty --replay bursty.json

            Exit status: 0 when every figure is met, 1 when one is not or the platform did not start, 2 for a wrong \
            call.
            """
    )

    @Option(help: ArgumentHelp("Which runs; all when left out. Repeatable.", valueName: "profile"))
    var profile: [FidelityProfile] = []

    @Option(help: ArgumentHelp("Keep what was recorded of one profile.", valueName: "file"))
    var record: String?

    @Option(help: ArgumentHelp("Simulate what was recorded before, instead of a live run.", valueName: "file"))
    var replay: String?

    @OptionGroup var options: SimulateOptions

    func validate() throws {
        guard (self.record == nil && self.replay == nil) || self.profile.count == 1 else {
            throw ValidationError("--record and --replay are for one --profile")
        }
    }

    func run() async throws {
        let profiles = self.profile.isEmpty ? FidelityProfile.allCases : self.profile
        let seed = self.options.seed ?? 1
        var outcomes: [(profile: String, outcome: FidelityOutcome)] = []
        for profile in profiles {
            let recording = try await self.recording(profile, seed: seed)
            let study = FidelityStudy(
                recording: recording,
                scaling: profile.scaling,
                containerConcurrency: FidelityProfile.containerConcurrency,
                seed: seed,
                replications: self.options.reps ?? 20
            )
            guard let outcome = study.run(jobs: self.options.threads) else {
                throw self.failure("\(profile.rawValue): no request was served, or no replica started")
            }
            outcomes.append((profile.rawValue, outcome))
        }
        let report = FidelityReport.report(outcomes, seed: seed)
        try self.options.write(report, json: FidelityReport.json(outcomes, seed: seed))
        if !report.isGood { throw ExitCode(1) }
    }

    private func recording(_ profile: FidelityProfile, seed: UInt64) async throws -> LiveRecording {
        if let replay { return try self.read(replay) }
        let calls = profile.calls(seed: seed)
        StandardStream.error.write(
            "\(profile.rawValue): \(calls.count) requests within \(Int(profile.seconds)) s, live on this machine\n"
        )
        var configuration = HTTPClient.Configuration()
        configuration.maximumConnections = 512
        configuration.maximumConnectionsPerHost = 512
        let client = HTTPClient(configuration)
        defer { client.shutdown() }
        do {
            let platform = try await LivePlatform(manifest: profile.manifest, client: client)
            defer { platform.stop() }
            let recorder = LiveRecorder(
                service: FidelityProfile.service,
                calls: calls,
                seconds: profile.seconds,
                showsProgress: self.options.progress || StandardStream.error.isTerminal
            )
            let recording = try await recorder.record(platform, client)
            if let record {
                try Data(recording.json.jsonText(indentation: 1).utf8).write(to: URL(fileURLWithPath: record))
            }
            return recording
        } catch let error as LivePlatform.Failure {
            throw self.failure(error.description)
        }
    }

    private func read(_ file: String) throws -> LiveRecording {
        do {
            let json = try JSONParser.parse(try SimulateFile.data(file))
            return try LiveRecording(json: json)
        } catch let error as Problem where error.message.hasPrefix("cannot be read") {
            throw SimulateFile.refusal("\(file) \(error.message)")
        } catch {
            StandardStream.error.write("pilotlight: \(file) is no recording: \(error)\n")
            throw ExitCode(2)
        }
    }

    private func failure(_ sentence: String) -> ExitCode {
        StandardStream.error.write("pilotlight: \(sentence)\n")
        return ExitCode(1)
    }
}
