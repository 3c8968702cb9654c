import ArgumentParser

/// Questions of planners, answered by running the autoscaler's own code against a model of the world.
struct SimulateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Answer before the roll-out: cost, latency, and which policy.",
        discussion: """
            Runs the autoscaler and the router of this program against requests that \
            were recorded or made up, with replicas, models that load, and machines that \
            cost money, on a clock that jumps. Every figure says how sure it is.

              pilotlight simulate run chat.yaml       what happens, what it costs
              pilotlight simulate compare chat.yaml   its alternatives, with the same luck
              pilotlight simulate compare a.yaml b.yaml
              pilotlight simulate sweep chat.yaml \
                --vary services.chat.scaling.target=5,10,20
              pilotlight simulate optimize chat.yaml  the cheapest that keeps the promises
              pilotlight simulate sensitivity chat.yaml --vary path=low,high
                                                      what the answer hangs on
              pilotlight simulate explain chat.yaml --at 12m
                                                      why a replica was added
              pilotlight simulate selftest            exact answers of queueing theory
              pilotlight simulate fidelity            a live run, simulated again

            Scenarios to begin with lie in simulations/scenarios. docs/simulator.md \
            begins with what you want to know.

            Exit status: 0; 1 when a promise is broken, a limit not kept or a live run \
            not met; 2 for a wrong call or a scenario with mistakes.
            """,
        subcommands: [
            SimulateRunCommand.self, SimulateCompareCommand.self, SimulateSweepCommand.self,
            SimulateOptimizeCommand.self, SimulateSensitivityCommand.self, SimulateExplainCommand.self,
            SimulateSelfTestCommand.self, SimulateFidelityCommand.self, SimulateFitCommand.self,
            SimulateTraceCommand.self, SimulateBenchCommand.self, SimulateSchemaCommand.self, StandInCommand.self,
        ]
    )
}
