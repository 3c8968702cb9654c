public import ArgumentParser
import Foundation
public import ScalingCore
import StructuredData

/// Replays recorded load through a scaling policy and prints what it decides, and why.
struct DecideCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "decide",
        abstract: "Replay recorded load through a scaling policy: one decision a line, each with its reason.",
        discussion: """
            The file holds traces or scenarios in JSON. A trace has settings and steps:

              [{"Target": 7, "Total": 10, "Steps": [
                {"t": 2, "stable": 5, "panic": 5, "ready": 1},
                {"t": 4, "stable": 27.5, "panic": 95, "ready": 1, "desired": 14}]}]

            In a step, t is the second; stable and panic are the averages of the two \
            windows, in requests in flight; ready are the replicas that serve. null \
            means unknown, which is not zero. A step may also say waiting, inFlight \
            and starting (a list of the seconds at which replicas were ordered).

            Further settings and their defaults: TBC 211 (target burst capacity), \
            PanicThreshold 2, Up 1000, Down 2, StableWindowS 60, PanicWindowS a tenth \
            of it, DelayS 0, ActivationScale 1, Reachable true, StartReady 0.

            Scenarios are an object, {"name": [steps], ...}, with target 7, total 10 \
            and the defaults.

              pilotlight decide trace.json
              pilotlight decide --policy knative trace.json
              pilotlight decide --policy knative --verify trace.json
              jq -c '.[0:1]' traces.json | pilotlight decide -

            With --verify each decision is compared with the step's desired, ebc \
            (excess burst capacity) and inPanic, as far as the step says them.

            Exits with 0; with 1 at the first decision that is not as recorded; with 2 \
            when the file cannot be used.
            """
    )

    @Option(
        help: ArgumentHelp(
            "The rules to decide by: pilotlight, or knative for Knative's decider tick for tick.",
            valueName: "pilotlight|knative"
        )
    )
    var policy = ScalingPolicyName.pilotlight

    @Flag(help: "Compare with the recorded decisions and stop at the first that differs.")
    var verify = false

    @Argument(help: ArgumentHelp("The file with the record; - reads the standard input.", valueName: "file"))
    var file: String

    func run() throws {
        let replay = try self.replay()
        if self.verify, !replay.isVerifiable {
            throw self.unusable("no step says desired, ebc or inPanic, so there is nothing to compare with")
        }
        var decisions = 0
        for outcome in replay.outcomes(policy: self.policy) {
            FileHandle.standardOutput.write(Data(outcome.json.jsonBytes() + [0x0A]))
            decisions += 1
            if self.verify, let difference = outcome.difference {
                self.say("\(difference)")
                throw ExitCode(1)
            }
        }
        if self.verify { self.say("\(decisions) decisions are as recorded") }
    }

    private func replay() throws -> DecisionReplay {
        do {
            return try DecisionReplay(json: JSONParser.parse(self.contents()))
        } catch let error as JSONError {
            throw self.unusable("no JSON: \(error)")
        } catch let error as ProblemList {
            throw self.unusable(error.description)
        }
    }

    private func contents() throws -> Data {
        if self.file == "-" { return FileHandle.standardInput.readDataToEndOfFile() }
        do {
            return try Data(contentsOf: URL(fileURLWithPath: self.file))
        } catch {
            throw self.unusable("cannot be read: \(error.localizedDescription)")
        }
    }

    /// Says what is wrong, a line for each problem.
    private func unusable(_ message: String) -> ExitCode {
        let name = self.file == "-" ? "standard input" : self.file
        for line in message.split(separator: "\n") { self.say("\(name): \(line)") }
        return ExitCode(2)
    }

    private func say(_ line: String) { FileHandle.standardError.write(Data("\(line)\n".utf8)) }
}

extension ScalingPolicyName: ExpressibleByArgument {}
