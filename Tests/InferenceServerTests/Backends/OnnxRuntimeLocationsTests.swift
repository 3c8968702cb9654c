import Testing

@testable import InferenceServer

@Suite("Finding ONNX Runtime")
struct OnnxRuntimeLocationsTests {
    static func locations(
        named: String? = nil,
        environment: String? = nil,
        device: ComputeDevice = .cpu
    ) -> OnnxRuntimeLocations {
        OnnxRuntimeLocations(
            named: named,
            environment: environment,
            executable: "/home/me/pilotlight/.build/x86_64-unknown-linux-gnu/release/pilotlight",
            workingDirectory: "/srv",
            device: device
        )
    }

    @Test("unless named, it is looked for beside the program, in the build folder, below here, and by the linker")
    func usualPlaces() {
        #expect(
            Self.locations().candidates == [
                "/home/me/pilotlight/.build/x86_64-unknown-linux-gnu/release/libonnxruntime.so.1",
                "/home/me/pilotlight/.build/x86_64-unknown-linux-gnu/lib/libonnxruntime.so.1",
                "/home/me/pilotlight/.build/onnxruntime/1.31.1/libonnxruntime.so.1",
                "/srv/.build/onnxruntime/1.31.1/libonnxruntime.so.1",
                "libonnxruntime.so.1",
            ]
        )
    }

    @Test("with CUDA the build with CUDA is looked for")
    func cuda() {
        #expect(
            Self.locations(device: .cuda).candidates.contains("/srv/.build/onnxruntime/1.31.1-cuda/libonnxruntime.so.1")
        )
    }

    @Test("a place that is named is the only one, as a file or as its folder, the option before the environment")
    func named() {
        #expect(Self.locations(named: "/opt/ort/lib.so.1").candidates == ["/opt/ort/lib.so.1"])
        #expect(
            Self.locations(environment: "/opt/ort").candidates
                == ["/opt/ort/libonnxruntime.so.1", "/opt/ort/libonnxruntime.so"]
        )
        #expect(Self.locations(environment: "/opt/ort").namedBy == "PILOTLIGHT_ONNXRUNTIME")
        #expect(Self.locations(named: "/a", environment: "/b").candidates[0] == "/a/libonnxruntime.so.1")
        #expect(Self.locations(named: "/a", environment: "/a").namedBy == "--onnxruntime")
        #expect(Self.locations(environment: "").namedBy == nil)
    }

    @Test("a named library that is not there is an error, and no other is taken")
    func namedAndMissing() {
        do {
            _ = try OnnxRuntimeLibrary.open(Self.locations(named: "/nowhere"))
            Issue.record("another library was loaded")
        } catch {
            #expect(error.detail == "--onnxruntime names /nowhere/libonnxruntime.so.1, and there is no such file")
        }
    }

    @Test("a file that is no library, and a library that is another, are told apart")
    func otherFiles() throws {
        try withTemporaryFolder { folder in
            try writeFile("\(folder)/libonnxruntime.so.1", "no library")
            func detail(_ place: String) -> String {
                do {
                    _ = try OnnxRuntimeLibrary.open(Self.locations(named: place))
                    return "it was loaded"
                } catch {
                    return error.detail
                }
            }
            #expect(detail(folder).contains("file too short") || detail(folder).contains("invalid ELF"))
            let library = "/lib/x86_64-linux-gnu/libm.so.6"
            if let found = ["/lib/aarch64-linux-gnu/libm.so.6", library].first(where: Folder.exists) {
                #expect(detail(found) == "it is a shared library, but not ONNX Runtime's")
            }
        }
    }

    @Test("the version that is looked for is the one that the script installs")
    func pinnedVersion() throws {
        let script = try Fixtures.text("scripts/install-onnxruntime")
        #expect(script.contains("\nversion=\(OnnxRuntimeLocations.pinnedVersion)\n"))
    }

    @Test(
        "the missing library is found in the words of the linker and of ONNX Runtime",
        arguments: [
            ("libcublasLt.so.13: cannot open shared object file: No such file or directory", "libcublasLt.so.13"),
            (
                "Failed to load library /a/libonnxruntime_providers_cuda.so with error: libcudart.so.13: cannot open "
                    + "shared object file: No such file or directory",
                "libcudart.so.13"
            ),
            ("something else went wrong", nil),
            (": cannot open shared object file", nil),
        ] as [(String, String?)]
    )
    func missingLibrary(text: String, name: String?) {
        #expect(MissingLibrary.name(in: text) == name)
        #expect((MissingLibrary.hint(in: text) != nil) == (name != nil))
    }
}

@Suite("What ONNX Runtime says")
struct OnnxRuntimeFailureTests {
    @Test(
        "a sentence comes without the place in the library's source, and without blanks behind it",
        arguments: [
            (
                "/src/a.cc:2043 Get() [ONNXRuntimeError] : 1 : FAIL : Failed to load: libx.so : no such file\n",
                "Failed to load: libx.so : no such file"
            ),
            ("Load model from x failed", "Load model from x failed"),
            ("[ONNXRuntimeError] : 1", "[ONNXRuntimeError] : 1"),
            ("", ""),
        ]
    )
    func sentence(text: String, expected: String) {
        #expect(OnnxRuntimeFailure(code: 1, message: text).message == expected)
    }
}
