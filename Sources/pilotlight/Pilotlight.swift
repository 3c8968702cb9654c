import ArgumentParser

@main
struct Pilotlight: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pilotlight",
        abstract:
            "Serve models that cost nothing while idle and answer the first request as if they had never been off.",
        version: Version.text,
        subcommands: [
            UpCommand.self, ServeCommand.self, StatusCommand.self, LogsCommand.self, DecideCommand.self,
            SimulateCommand.self,
        ]
    )

    /// Runs the command of the call; what was called wrongly ends with 2, as of most programs.
    static func main() async {
        do {
            var command = try Self.parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch  where Self.exitCode(for: error) == .validationFailure {
            StandardStream.error.write(Self.fullMessage(for: error) + "\n")
            Self.exit(withError: ExitCode(2))
        } catch {
            Self.exit(withError: error)
        }
    }
}
