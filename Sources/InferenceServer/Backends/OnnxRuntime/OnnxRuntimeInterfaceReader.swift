import COnnxRuntime

/// Reads from a session what goes into its model and what comes out.
struct OnnxRuntimeInterfaceReader {
    let library: OnnxRuntimeLibrary
    let session: ORTSession
    let modelPath: String

    func descriptions(of side: ORTSide) throws(ModelLoadError) -> [TensorDescription] {
        do {
            var count = 0
            try self.library.table.check(ORTSessionCount(self.library.table, self.session, side, &count))
            var descriptions: [TensorDescription] = []
            for index in 0..<count {
                let name = try self.name(index, of: side)
                guard let description = try self.description(index, name: name, of: side) else {
                    throw self.unsupported(name, side)
                }
                descriptions.append(description)
            }
            return descriptions
        } catch let failure as OnnxRuntimeFailure {
            throw ModelLoadError("read the interface of \(self.modelPath)", detail: failure.message)
        } catch let error as ModelLoadError {
            throw error
        } catch {
            throw ModelLoadError("read the interface of \(self.modelPath)", detail: "\(error)")
        }
    }

    private func unsupported(_ name: String, _ side: ORTSide) -> ModelLoadError {
        ModelLoadError(
            "serve \(self.modelPath)",
            detail: "its \(side == .input ? "input" : "output") '\(name)' is no tensor of a type that the "
                + "prediction protocols can carry",
            hint: "for a scikit-learn classifier, export without the list of dictionaries: "
                + "options={'zipmap': False}"
        )
    }

    private func name(_ index: Int, of side: ORTSide) throws(OnnxRuntimeFailure) -> String {
        let table = self.library.table
        var text: UnsafeMutablePointer<CChar>?
        try table.check(ORTSessionName(table, self.session, side, index, self.library.allocator, &text))
        guard let text else { return "" }
        let name = String(cString: text)
        try table.check(ORTAllocatorFree(table, self.library.allocator, text))
        return name
    }

    /// `nil` when it is no tensor, or one of a type without a name in the protocols.
    private func description(
        _ index: Int,
        name: String,
        of side: ORTSide
    ) throws(OnnxRuntimeFailure) -> TensorDescription? {
        let table = self.library.table
        var info = ORTTypeInfo()
        try table.check(ORTSessionTypeInfo(table, self.session, side, index, &info))
        defer { ORTTypeInfoRelease(table, info) }
        var kind: Int32 = 0
        try table.check(ORTTypeInfoKind(table, info, &kind))
        guard kind == ORTKindTensor else { return nil }
        var tensor = ORTTensorInfo()
        try table.check(ORTTypeInfoTensor(table, info, &tensor))
        guard tensor.pointer != nil else { return nil }
        let (type, shape) = try OnnxRuntimeTensorInfo.read(tensor, table)
        return Datatype(onnxElementType: type).map { TensorDescription(name: name, datatype: $0, shape: shape) }
    }
}
