import Testing

@testable import InferenceServer

@Suite("Finding the model file")
struct ModelDirectoryTests {
    struct Layout: CustomTestStringConvertible {
        let name: String
        let files: [String]
        let found: String
        var version = "1"
        var testDescription: String { self.name }

        init(_ name: String, _ files: [String], _ found: String, version: String = "1") {
            self.name = name
            self.files = files
            self.found = found
            self.version = version
        }
    }

    @Test(
        "a model is found in every layout that people have",
        arguments: [
            Layout("one file of any name", ["a.onnx", "README.md"], "a.onnx"),
            Layout("several files, one with the usual name", ["a.onnx", "model.onnx"], "model.onnx"),
            Layout("a version folder", ["3/model.onnx"], "3/model.onnx", version: "3"),
            Layout(
                "several versions, counted as numbers",
                ["9/model.onnx", "10/model.onnx"],
                "10/model.onnx",
                version: "10"
            ),
            Layout("a newest version that is empty", ["1/model.onnx", "2/labels.txt"], "1/model.onnx", version: "1"),
            Layout("a repository of the model's name", ["iris/7/net.onnx"], "iris/7/net.onnx", version: "7"),
            Layout("a folder of the model's name", ["iris/net.onnx"], "iris/net.onnx"),
            Layout("hidden files beside it", [".a.onnx", "b.onnx"], "b.onnx"),
        ]
    )
    func layouts(layout: Layout) throws {
        try withTemporaryFolder { folder in
            for file in layout.files { try writeFile("\(folder)/\(file)") }
            for place in [folder, folder + "/"] {
                let found = try ModelDirectory.find(in: place, modelName: "iris")
                #expect(found == ModelDirectory(path: "\(folder)/\(layout.found)", version: layout.version))
            }
        }
    }

    @Test("the file itself may be named")
    func file() throws {
        try withTemporaryFolder { folder in
            try writeFile("\(folder)/net.onnx")
            #expect(try ModelDirectory.find(in: "\(folder)/net.onnx", modelName: "m").path == "\(folder)/net.onnx")
            #expect(throws: ModelLoadError.self) { try ModelDirectory.find(in: "\(folder)/no.onnx", modelName: "m") }
        }
    }

    @Test("several files without the usual name are not guessed among, and all are named")
    func ambiguous() throws {
        try withTemporaryFolder { folder in
            try writeFile("\(folder)/a.onnx")
            try writeFile("\(folder)/b.onnx")
            do {
                _ = try ModelDirectory.find(in: folder, modelName: "m")
                Issue.record("one was chosen")
            } catch let error as ModelLoadError {
                #expect(error.detail == "it holds 2 of them: a.onnx, b.onnx")
            }
        }
    }

    @Test("an empty folder, a missing one and one with other things say so")
    func nothing() throws {
        try withTemporaryFolder { folder in
            func detail(_ place: String) -> String? {
                do {
                    _ = try ModelDirectory.find(in: place, modelName: "m")
                    return nil
                } catch {
                    return error.detail
                }
            }
            #expect(detail(folder) == "\(folder) holds no .onnx file, it is empty")
            #expect(detail("\(folder)/no") == "there is no folder \(folder)/no, or it cannot be read")
            try writeFile("\(folder)/model.joblib")
            #expect(detail(folder) == "\(folder) holds no .onnx file, only model.joblib")
        }
    }
}
