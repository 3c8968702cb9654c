import ArgumentParser

@main
struct Pilotlight: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pilotlight",
        abstract:
            "Serve models that cost nothing while idle and answer the first request as if they had never been off.",
        version: Version.text,
        subcommands: [UpCommand.self, ServeCommand.self, DecideCommand.self]
    )
}
