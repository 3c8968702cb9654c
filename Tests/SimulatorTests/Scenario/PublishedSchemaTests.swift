import Foundation
import Testing

/// The published schema as other programs understand it.
@Suite("the published schema")
struct PublishedSchemaTests {
    @Test("a validator of another house takes every scenario that ships, and refuses mistakes") func validates() throws
    {
        let script = """
            import json, sys, pathlib
            try:
                import jsonschema, yaml
            except ImportError:
                print("missing"); sys.exit(0)
            root = pathlib.Path(sys.argv[1])
            schema = json.loads((root / "scenario.schema.json").read_text())
            jsonschema.Draft202012Validator.check_schema(schema)
            validator = jsonschema.Draft202012Validator(schema)
            files = sorted((root / "scenarios").glob("*.yaml"))
            for file in files:
                scenario = yaml.safe_load(file.read_text())
                for error in validator.iter_errors(scenario):
                    print(file.name, list(error.path), error.message[:200])
                for name, value in [("horizont", "1h"), ("horizon", "3600"), ("services", [{"name": "x"}])]:
                    if validator.is_valid(scenario | {name: value}): print(file.name, "takes", name, value)
            print("checked", len(files))
            """
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        let folder = ScenarioSchemaTests.root.appendingPathComponent("simulations").path
        process.arguments = ["python3", "-c", script, folder]
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        if output == "missing\n" {
            let isCI = ProcessInfo.processInfo.environment["CI"] != nil
            #expect(!isCI, "python3 has no jsonschema and yaml; scripts/install-system-packages test installs them")
            return
        }
        #expect(output.hasPrefix("checked "), "\(output)")
    }
}
