import ArgumentParser
import Foundation
import SimulationKit
import Simulator
import StructuredData

/// Runs experiments for a command: shows progress, and lets Control-C end them with what is known so far.
struct ExperimentSession {
    let options: SimulateOptions
    let watch = ExperimentWatch()

    /// Runs `work` under watch.
    ///
    /// - Returns: What it found, and how many seconds that took.
    func run<Found>(_ work: (ExperimentWatch) throws -> Found) rethrows -> (found: Found, seconds: Double) {
        let interrupt = InterruptSignal(watch: self.watch)
        let display = ProgressDisplay(watch: self.watch, isForced: self.options.progress)
        let clock = ContinuousClock()
        let start = clock.now
        defer {
            display.end()
            interrupt.end()
        }
        let found = try work(self.watch)
        return (found, (clock.now - start) / .seconds(1))
    }

    /// The scenario with the warm-up that a pilot run finds, if it asks for that; and in words what counts.
    func warmedUp(_ scenario: Scenario, _ plan: ScenarioPlan, seed: UInt64) -> (scenario: Scenario, text: String) {
        guard plan.findsWarmUp else {
            let seconds = scenario.warmUpSeconds
            return (
                scenario, seconds > 0 ? "\(FigureUnit.seconds.text(seconds)) as said" : "none: all of the run counts"
            )
        }
        let watch = self.watch
        let finding = WarmUpPilot.warmUp(of: scenario, seed: seed, catalogue: LoadedScenario.catalogue) {
            watch.isStopped
        }
        var scenario = scenario
        scenario.warmUpSeconds = min(finding.seconds ?? 0, scenario.horizonSeconds / 2)
        return (scenario, finding.text)
    }
}

/// Control-C: the first asks for an end with what is known, the second ends the program.
private final class InterruptSignal {
    private let source: any DispatchSourceSignal

    init(watch: ExperimentWatch) {
        signal(SIGINT, SIG_IGN)
        self.source = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global())
        self.source.setEventHandler {
            if watch.isStopped { _exit(130) }
            watch.requestStop()
            StandardStream.error.write("\nstopping; what is known so far follows (Control-C again to quit at once)\n")
        }
        self.source.resume()
    }

    func end() {
        self.source.cancel()
        signal(SIGINT, SIG_DFL)
    }
}

/// How far an experiment is, on anything longer than two seconds.
private final class ProgressDisplay {
    private let timer: (any DispatchSourceTimer)?
    private let isTerminal = StandardStream.error.isTerminal

    init(watch: ExperimentWatch, isForced: Bool) {
        guard isForced || self.isTerminal else {
            self.timer = nil
            return
        }
        let timer = DispatchSource.makeTimerSource(queue: .global())
        let start = ContinuousClock.now
        let isTerminal = self.isTerminal
        timer.schedule(deadline: .now() + 2, repeating: isTerminal ? 0.5 : 2)
        timer.setEventHandler {
            guard !watch.isStopped else { return }
            let seconds = (ContinuousClock.now - start) / .seconds(1)
            let line = Self.line(watch.progress, seconds: seconds)
            StandardStream.error.write(isTerminal ? "\r\u{1B}[2K\(line)" : "\(line)\n")
        }
        timer.resume()
        self.timer = timer
    }

    func end() {
        guard let timer else { return }
        timer.cancel()
        if self.isTerminal { StandardStream.error.write("\r\u{1B}[2K") }
    }

    private static func line(_ progress: ExperimentWatch.Progress, seconds: Double) -> String {
        let done = "\(progress.finishedRuns) of \(progress.expectedRuns) runs"
        guard progress.finishedRuns > 0, progress.expectedRuns > progress.finishedRuns else {
            return "\(done), \(Int(seconds)) s so far"
        }
        let each = seconds / Double(progress.finishedRuns)
        let left = each * Double(progress.expectedRuns - progress.finishedRuns)
        return "\(done), about \(FigureUnit.seconds.text(left.rounded(.up))) left"
    }
}
