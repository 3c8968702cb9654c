import StructuredData

extension AdmissionRules {
    mutating func checkAddress(_ uri: String, at path: FieldPath) {
        if let mistake = StorageAddress(uri).mistake { self.report(mistake, at: path) }
    }

    mutating func checkStorage(of model: ModelSpec, in predictor: PredictorSpec, at path: FieldPath) {
        if let uri = model.storageUri { self.checkAddress(uri, at: path.member("storageUri")) }
        if model.storageUri != nil, !predictor.storageUris.isEmpty {
            self.report("must be left out beside 'storageUris'; keep one of them", at: path.member("storageUri"))
        }
        if let confidential = model.confidential, confidential.isEnabled, model.storageUri == nil {
            self.report("needs 'storageUri'", at: path.member("confidential"))
        }
        guard let storage = model.storage else { return }
        let configured = ["s3", "hdfs", "webhdfs"]
        if let type = storage.parameters["type"], !configured.contains(type) {
            let place = path.member("storage").member("parameters").member("type")
            self.report(Self.notOneOf(type, configured), at: place)
        }
        if let uri = model.storageUri, !configured.contains(StorageAddress(uri).scheme ?? "") {
            let message = "must begin with s3://, hdfs:// or webhdfs:// when 'storage' is given too"
            self.report(message, at: path.member("storageUri"))
        }
    }

    /// Several places that a model is gathered from.
    mutating func checkSources(_ sources: [StorageSource], at path: FieldPath) {
        guard !sources.isEmpty else { return }
        let path = path.member("storageUris")
        var copied: [(index: Int, parts: [Substring])] = []
        var mounted: Set<String> = []
        for (index, source) in sources.enumerated() {
            let place = path.element(index)
            if !source.uri.isEmpty { self.checkAddress(source.uri, at: place.member("uri")) }
            let mountPath = source.mountPath ?? StorageSource.defaultMountPath
            let parts = mountPath.split(separator: "/")
            guard mountPath.hasPrefix("/"), !parts.isEmpty, !parts.contains("..") else {
                let message = "is '\(mountPath)', but must be an absolute path other than '/' and without '..'"
                self.report(message, at: place.member("mountPath"))
                continue
            }
            if StorageAddress(source.uri).scheme != "pvc" {
                copied.append((index, parts))
            } else if !mounted.insert(parts.joined(separator: "/")).inserted {
                let message = "is '\(mountPath)', where another claim is mounted already"
                self.report(message, at: place.member("mountPath"))
            }
        }
        // What is copied shares one volume, which is mounted where all paths begin.
        guard let first = copied.first else { return }
        for (index, parts) in copied.dropFirst() where parts.first != first.parts.first {
            let message = "is '/\(parts.joined(separator: "/"))', but must share a folder other than '/' with "
            self.report(
                message + "'/\(first.parts.joined(separator: "/"))'",
                at: path.element(index).member("mountPath")
            )
        }
    }
}
