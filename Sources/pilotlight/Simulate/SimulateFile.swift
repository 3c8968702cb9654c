import ArgumentParser
import Foundation
import Glibc
import StructuredData

/// Files that a person names, and refusals in words that a person would use.
enum SimulateFile {
    /// The bytes of a file; `-` is the standard input.
    ///
    /// - Throws: Why it cannot be read, in the system's words.
    static func data(_ path: String) throws(Problem) -> Data {
        if path == "-" { return FileHandle.standardInput.readDataToEndOfFile() }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.unreadable() }
        defer { close(descriptor) }
        var data = Data()
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(descriptor, &chunk, chunk.count)
            guard count >= 0 else { throw Self.unreadable() }
            if count == 0 { return data }
            data.append(contentsOf: chunk[..<count])
        }
    }

    private static func unreadable() -> Problem {
        Problem(path: "", message: "cannot be read: \(String(cString: strerror(errno)))")
    }

    /// Why a file cannot be written there; `nil` when nothing speaks against it.
    static func objection(toWriting path: String) -> String? {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
            return "\(path) is a folder"
        }
        guard access(folder, W_OK | X_OK) == 0 else { return "\(folder): \(String(cString: strerror(errno)))" }
        return nil
    }

    /// Says what is wrong with the call.
    ///
    /// - Returns: Exit status 2, to throw.
    static func refusal(_ sentence: String) -> ExitCode {
        StandardStream.error.write("pilotlight: \(sentence)\n")
        return ExitCode(2)
    }
}
