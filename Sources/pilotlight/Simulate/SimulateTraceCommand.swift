public import ArgumentParser
import Foundation
import SimulationKit
public import Simulator
import StructuredData

/// Recorded or made-up requests.
struct SimulateTraceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trace",
        abstract: "Read, look at, cut, scale and make up traces of requests.",
        discussion: """
              pilotlight simulate trace inspect azure.csv            what is in it, and what could not be read
              pilotlight simulate trace import access.jsonl -o day.trace
              pilotlight simulate trace sample fleet.csv --services 50 -o small.trace
              pilotlight simulate trace scale day.trace --rate 2 --from 8h --to 12h -o morning.trace
              pilotlight simulate trace synth --rate 30/m --hours 24 --peak 14 -o made-up.trace

            Rows that make no sense are left out, counted, and told with their lines.
            """,
        subcommands: [
            TraceInspectCommand.self, TraceImportCommand.self, TraceSampleCommand.self, TraceScaleCommand.self,
            TraceSynthCommand.self,
        ]
    )
}

/// Which trace, and how it is read.
struct TraceInput: ParsableArguments {
    @Argument(help: ArgumentHelp("The trace.", valueName: "file"))
    var file: String

    @Option(help: ArgumentHelp("Its format, where its beginning does not say.", valueName: "format"))
    var format: TraceFormat?

    func read() throws -> Trace {
        do {
            let trace = try TraceImporter().read(self.file, format: self.format)
            if trace.problems.skippedRows > 0 {
                let shown = trace.problems.first.prefix(5).map { "  \($0)\n" }.joined()
                StandardStream.error.write(
                    "\(trace.problems.skippedRows) rows make no sense and are left out:\n\(shown)"
                )
            }
            return trace
        } catch {
            StandardStream.error.write("pilotlight: \(error)\n")
            throw ExitCode(2)
        }
    }
}

/// Where a trace goes.
struct TraceOutput: ParsableArguments {
    @Option(name: .shortAndLong, help: ArgumentHelp("Where it is written, in the compact format.", valueName: "file"))
    var output: String

    func write(_ trace: Trace) throws {
        do {
            try TraceFile.write(trace, to: self.output)
        } catch {
            StandardStream.error.write("pilotlight: \(error)\n")
            throw ExitCode(1)
        }
        StandardStream.output.write("\(self.output): \(TraceInspectCommand.line(trace))\n")
    }
}

extension TraceFormat: ExpressibleByArgument {}

/// What is in a trace.
struct TraceInspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Say what is in a trace: requests, rates, burstiness, tokens, and rows that could not be read."
    )

    @OptionGroup var input: TraceInput
    @Flag(help: "As JSON.") var json = false

    func run() throws {
        let trace = try self.input.read()
        let summary = TraceSummary(trace)
        if self.json { return StandardStream.output.write(summary.json.jsonText(indentation: 2) + "\n") }
        var lines = ["\(trace.name): \(Self.line(trace))", "format     \(trace.format.meaning)"]
        lines.append("SHA-256    \(trace.sha256)")
        lines.append(
            "called     \(summary.calledServices) of \(summary.services) services, the busiest has "
                + FigureUnit.share.text(summary.largestShare)
        )
        let spreads: [(String, TraceSummary.Spread?, FigureUnit)] = [
            ("distance", summary.interarrival, .seconds), ("by step", summary.requestsByStep, .number),
            ("duration", summary.duration, .seconds), ("prompt", summary.inputTokens, .number),
            ("answer", summary.outputTokens, .number),
        ]
        for case (let name, let spread?, let unit) in spreads {
            let figures = [("mean", spread.mean), ("median", spread.median), ("p90", spread.p90), ("p99", spread.p99)]
            let text = figures.map { "\($0.0) \(unit.text($0.1))" }.joined(separator: ", ")
            let padded = name.padding(toLength: 10, withPad: " ", startingAt: 0)
            lines.append("\(padded) \(text), variation \(NumberText.significant(spread.variation))")
        }
        lines.append(
            "dispersion \(NumberText.significant(summary.dispersion)) by step of "
                + "\(FigureUnit.seconds.text(summary.stepSeconds)); 1 is Poisson"
        )
        StandardStream.output.write(lines.joined(separator: "\n") + "\n")
    }

    static func line(_ trace: Trace) -> String {
        let rate = trace.durationSeconds > 0 ? Double(trace.count) / trace.durationSeconds : 0
        return "\(NumberText.decimal(Double(trace.count), places: 0)) requests for \(trace.services.count) services in "
            + "\(FigureUnit.seconds.text(trace.durationSeconds)), \(NumberText.significant(rate)) a second"
    }
}

/// Any format to the compact one.
struct TraceImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Read a trace of any known format and write it in the compact one."
    )

    @OptionGroup var input: TraceInput
    @OptionGroup var output: TraceOutput

    func run() throws { try self.output.write(try self.input.read()) }
}

/// A few services that stand for all.
struct TraceSampleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sample",
        abstract: "Choose so many of a trace's services that together look most like all of them."
    )

    @OptionGroup var input: TraceInput
    @Option(help: "How many services.") var services: Int
    @Option(help: "Where random numbers begin.") var seed: UInt64 = 42
    @OptionGroup var output: TraceOutput

    func validate() throws {
        guard self.services > 0 else { throw ValidationError("--services is \(self.services); choose at least 1") }
    }

    func run() throws {
        let trace = try self.input.read()
        guard let sample = TraceSampler(seed: self.seed).samples(of: trace, sizes: [self.services]).first else {
            throw SimulateFile.refusal("the trace has only \(trace.services.count) services")
        }
        try self.output.write(trace.restricted(toServices: sample.services))
    }
}

/// A part of a trace, denser, thinner, faster or slower.
struct TraceScaleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scale",
        abstract: "Cut a stretch out of a trace, and make it denser, thinner, faster or slower."
    )

    @OptionGroup var input: TraceInput
    @Option(help: "So many times as many requests.") var rate = 1.0
    @Option(help: "So many times as fast.") var speed = 1.0
    @Option(help: ArgumentHelp("From here on.", valueName: "time")) var from: SimulatedTime?
    @Option(help: ArgumentHelp("Up to here.", valueName: "time")) var to: SimulatedTime?
    @Option(help: "Where random numbers begin.") var seed: UInt64 = 42
    @OptionGroup var output: TraceOutput

    func validate() throws {
        guard self.rate > 0, self.speed > 0 else { throw ValidationError("--rate and --speed must be above zero") }
    }

    func run() throws {
        var trace = try self.input.read()
        if self.from != nil || self.to != nil {
            trace = trace.sliced(from: self.from?.seconds ?? 0, to: self.to?.seconds ?? trace.durationSeconds)
        }
        if self.rate != 1 { trace = trace.scaled(by: self.rate, seed: self.seed) }
        if self.speed != 1 { trace = trace.sped(by: self.speed) }
        try self.output.write(trace)
    }
}

/// Requests that nobody sent.
struct TraceSynthCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "synth",
        abstract: "Make up a trace: a process with a daily rhythm for each of some services."
    )

    @Option(help: "Services, each with its own luck.") var services = 1
    @Option(help: ArgumentHelp("Requests of each on average, 30/m.", valueName: "rate")) var rate: String
    @Option(help: "Hours that it lasts.") var hours = 24.0
    @Option(help: "Squared variation of the distances: 1 is Poisson, more comes in bursts.") var burstiness = 1.0
    @Option(help: "The busiest hour of the day; without it every hour is alike.") var peak: Double?
    @Option(help: "The busiest hour by the quietest.") var ratio = 5.0
    @Option(help: "Where random numbers begin.") var seed: UInt64 = 1
    @OptionGroup var output: TraceOutput

    func run() throws {
        guard let rate = FigureUnit.rate(self.rate), rate > 0 else {
            throw SimulateFile.refusal("--rate is '\(self.rate)'; write it with its unit, as 10/s or 30/m")
        }
        guard self.services > 0, self.hours > 0, self.burstiness >= 1, self.ratio >= 1 else {
            throw SimulateFile.refusal("--services and --hours must be above zero, --burstiness and --ratio at least 1")
        }
        let law = Distribution.hyperexponential(mean: 1 / rate, squaredVariation: self.burstiness)
        let plain = RenewalProcess(interarrival: self.burstiness > 1 ? law : .exponential(mean: 1 / rate))
        let ratio = self.ratio
        let process: any ArrivalProcess =
            self.peak.map { ShapedProcess(plain, shape: .daily(peakHour: $0, ratio: ratio)) } ?? plain
        let trace = Trace.synthetic(
            name: "synthetic",
            services: (1...self.services).map { ("service-\($0)", process) },
            seconds: self.hours * 3600,
            seed: self.seed
        )
        try self.output.write(trace)
    }
}
