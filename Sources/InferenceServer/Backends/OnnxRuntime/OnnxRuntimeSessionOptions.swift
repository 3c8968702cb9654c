import COnnxRuntime

/// The library's own options object, released with this one.
final class OnnxRuntimeSessionOptions {
    let library: OnnxRuntimeLibrary
    let handle: ORTSessionOptions

    init(_ options: OnnxRuntimeOptions, library: OnnxRuntimeLibrary) throws(ModelLoadError) {
        self.library = library
        let table = library.table
        var handle = ORTSessionOptions()
        do {
            try table.check(ORTCreateSessionOptions(table, &handle))
        } catch {
            throw ModelLoadError("set up ONNX Runtime", detail: error.message)
        }
        self.handle = handle
        do {
            try Self.configure(handle, options, table)
        } catch {
            throw ModelLoadError("set up ONNX Runtime", detail: error.message)
        }
        if options.device == .cuda { try self.appendCUDA(gpu: options.gpu) }
    }

    deinit {
        ORTSessionOptionsRelease(self.library.table, self.handle)
    }

    private static func configure(
        _ handle: ORTSessionOptions,
        _ options: OnnxRuntimeOptions,
        _ table: ORTLibrary
    ) throws(OnnxRuntimeFailure) {
        try table.check(ORTSetLogSeverity(table, handle, 3))
        try table.check(
            ORTSetIntraOperatorThreads(
                table,
                handle,
                Int32(clamping: options.threads ?? OnnxRuntimeOptions.defaultThreads)
            )
        )
        try table.check(ORTSetInterOperatorThreads(table, handle, 1))
        // A pattern is kept for every shape that was ever seen, and clients choose the shapes. The arena itself stays: it
        // is faster than asking the system for each buffer, and its peak is lower.
        try table.check(ORTDisableMemoryPattern(table, handle))
        // Idle threads sleep instead of spinning: replicas share the machine with one another.
        try table.check(ORTAddSessionEntry(table, handle, "session.intra_op.allow_spinning", "0"))
    }

    /// Never falls back to the CPU: a replica that is fifty times slower than planned is worse than none.
    private func appendCUDA(gpu: Int) throws(ModelLoadError) {
        let table = self.library.table
        var cuda = ORTCUDAOptions()
        do {
            try table.check(ORTCreateCUDAOptions(table, &cuda))
            defer { ORTCUDAOptionsRelease(table, cuda) }
            try table.check(
                "device_id".withCString { key in
                    "\(gpu)".withCString { value in
                        withUnsafePointer(to: key) { keys in
                            withUnsafePointer(to: value) { values in
                                ORTUpdateCUDAOptions(table, cuda, keys, values, 1)
                            }
                        }
                    }
                }
            )
            try table.check(ORTAppendCUDA(table, self.handle, cuda))
        } catch {
            throw ModelLoadError(
                "use CUDA with ONNX Runtime \(self.library.version) (\(self.library.path))",
                detail: error.message,
                hint: MissingLibrary.hint(in: error.message)
                    ?? "install the CUDA build with 'scripts/install-onnxruntime --cuda', or run with --device cpu"
            )
        }
    }
}
