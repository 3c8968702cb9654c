/// Finds in the dynamic linker's words which shared library is missing.
enum MissingLibrary {
    /// The linker writes `libcublasLt.so.13: cannot open shared object file: No such file or directory`, and ONNX
    /// Runtime wraps that in sentences of its own.
    static func name(in text: String) -> String? {
        guard let end = text.firstRange(of: ": cannot open shared object file")?.lowerBound else { return nil }
        let start = text[..<end].lastIndex { $0 == " " || $0 == "\n" || $0 == "'" }.map(text.index(after:))
        let name = text[(start ?? text.startIndex)..<end]
        return name.contains(".so") ? String(name) : nil
    }

    static func hint(in text: String) -> String? {
        guard let name = self.name(in: text) else { return nil }
        let file = name.split(separator: "/").last.map(String.init) ?? name
        return "install the package that provides \(file), or add its folder to LD_LIBRARY_PATH"
            + (self.isCUDA(file) ? "; it is part of NVIDIA's CUDA libraries, or of the driver" : "")
    }

    private static func isCUDA(_ file: String) -> Bool {
        ["libcu", "libnv"].contains { file.hasPrefix($0) }
    }
}
