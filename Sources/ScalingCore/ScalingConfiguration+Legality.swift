public import StructuredData

extension ScalingConfiguration {
    /// Everything in the settings that no decision can be made with, with the names of the settings as paths.
    public var problems: [Problem] {
        var problems: [Problem] = []
        func require(_ path: String, _ found: Double, in range: ClosedRange<Double>, _ rule: String) {
            guard !range.contains(found) else { return }
            problems.append(Problem(path: path, message: "is \(NumberText.of(found)), but must be \(rule)"))
        }
        let unlimited = Double.greatestFiniteMagnitude
        require("target", self.target, in: ReplicaTarget.leastTarget...unlimited, "at least 0.01")
        require("total", self.total, in: ReplicaTarget.leastTarget...unlimited, "at least 0.01")
        if self.targetBurstCapacity != -1 {
            require("targetBurstCapacity", self.targetBurstCapacity, in: 0...unlimited, "-1 or at least 0")
        }
        require("panicThreshold", self.panicThreshold, in: 1.1...unlimited, "at least 1.1")
        require("stableWindowSeconds", Double(self.stableWindowSeconds), in: 1...3600, "from 1 to 3600")
        require("panicWindowSeconds", Double(self.panicWindowSeconds), in: 1...3600, "from 1 to 3600")
        require("maxScaleUpRate", self.maxScaleUpRate, in: 1.0.nextUp...unlimited, "more than 1")
        require("maxScaleDownRate", self.maxScaleDownRate, in: 1.0.nextUp...unlimited, "more than 1")
        for (path, scale) in [
            ("minScale", self.minScale), ("maxScale", self.maxScale), ("initialScale", self.initialScale),
            ("activationScale", self.activationScale),
        ] {
            require(path, Double(scale), in: 0...Double(ReplicaCount.limit), "from 0 to \(ReplicaCount.limit)")
        }
        for (path, seconds, most) in [
            ("scaleDownDelaySeconds", self.scaleDownDelaySeconds, 3600),
            ("scaleToZeroGraceSeconds", self.scaleToZeroGraceSeconds, unlimited),
            ("scaleToZeroPodRetentionSeconds", self.scaleToZeroPodRetentionSeconds, unlimited),
            ("progressDeadlineSeconds", self.progressDeadlineSeconds, unlimited),
        ] {
            require(path, seconds, in: 0...most, most == 3600 ? "from 0 to 3600" : "at least 0")
        }
        require("reportAgeLimitSeconds", Double(self.reportAgeLimitSeconds), in: 1...3600, "from 1 to 3600")
        return problems
    }

    /// The same settings with every value moved into the range that arithmetic needs.
    ///
    /// Whoever reads settings validates them and says what is wrong. A decision must come out even so: it is not the
    /// place to stop a running autoscaler.
    var legalized: ScalingConfiguration {
        func within(_ value: Double, _ least: Double, _ most: Double = .greatestFiniteMagnitude) -> Double {
            value >= least ? min(value, most) : least
        }
        var legal = self
        legal.target = within(self.target, ReplicaTarget.leastTarget)
        legal.total = within(self.total, ReplicaTarget.leastTarget)
        if !(self.targetBurstCapacity >= 0) { legal.targetBurstCapacity = -1 }
        legal.panicThreshold = within(self.panicThreshold, 1.0.nextUp)
        legal.stableWindowSeconds = min(max(1, self.stableWindowSeconds), 3600)
        legal.panicWindowSeconds = min(max(1, self.panicWindowSeconds), 3600)
        legal.maxScaleUpRate = within(self.maxScaleUpRate, 1.0.nextUp)
        legal.maxScaleDownRate = within(self.maxScaleDownRate, 1.0.nextUp)
        legal.minScale = min(max(0, self.minScale), ReplicaCount.limit)
        legal.maxScale = min(max(0, self.maxScale), ReplicaCount.limit)
        legal.initialScale = min(max(0, self.initialScale), ReplicaCount.limit)
        legal.activationScale = min(max(0, self.activationScale), ReplicaCount.limit)
        legal.scaleDownDelaySeconds = within(self.scaleDownDelaySeconds, 0, 3600)
        legal.scaleToZeroGraceSeconds = within(self.scaleToZeroGraceSeconds, 0)
        legal.scaleToZeroPodRetentionSeconds = within(self.scaleToZeroPodRetentionSeconds, 0)
        legal.progressDeadlineSeconds = within(self.progressDeadlineSeconds, 0)
        legal.reportAgeLimitSeconds = min(max(1, self.reportAgeLimitSeconds), 3600)
        return legal
    }
}
