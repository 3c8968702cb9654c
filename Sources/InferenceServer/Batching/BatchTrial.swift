/// How the answers of a batch compare with those of its requests run by themselves.
enum BatchTrial: Equatable {
    /// To the bit.
    case identical
    /// But for the last digits of floating-point numbers.
    case rounded
    /// In words for an operator.
    case different(String)

    /// Two numbers that differ by more than this part of the larger one differ in more than rounding.
    private static let tolerance = 1e-3
    /// Below it, a difference is one of rounding however small the numbers are.
    private static let smallest = 1e-6

    /// - Parameters:
    ///   - parts: The outputs that one request got out of the batch.
    ///   - alone: Those it got by itself.
    static func compare(_ parts: [Tensor], _ alone: [Tensor], names: [String]) -> BatchTrial {
        var result = BatchTrial.identical
        for (index, name) in names.enumerated() {
            guard parts[index].shape == alone[index].shape else {
                return .different(
                    "output '\(name)' has shape \(parts[index].shape) out of a batch and \(alone[index].shape) by itself"
                )
            }
            switch Self.compare(parts[index], alone[index]) {
            case .identical: break
            case .rounded: result = .rounded
            case .different: return .different("output '\(name)' has other values out of a batch than by itself")
            }
        }
        return result
    }

    /// The one of two that says more against batches.
    func worse(_ other: BatchTrial) -> BatchTrial {
        switch (self, other) {
        case (.different, _), (.rounded, .identical), (.rounded, .rounded): self
        default: other
        }
    }

    private enum Difference { case identical, rounded, different }

    private static func compare(_ left: Tensor, _ right: Tensor) -> Difference {
        switch (left.contents, right.contents) {
        case (.strings(let left), .strings(let right)):
            let isSame = left.count == right.count && (0..<left.count).allSatisfy { left[$0] == right[$0] }
            return isSame ? .identical : .different
        case (.fixedWidth(let leftMemory), .fixedWidth(let rightMemory)):
            let (one, other) = (UnsafeRawBufferPointer(leftMemory.bytes), UnsafeRawBufferPointer(rightMemory.bytes))
            if one.elementsEqual(other) { return .identical }
            switch left.datatype {
            case .float32: return Self.isClose(one, other, Float.self) ? .rounded : .different
            case .float64: return Self.isClose(one, other, Double.self) ? .rounded : .different
            default: return .different
            }
        default: return .different
        }
    }

    private static func isClose<Number: BinaryFloatingPoint>(
        _ left: UnsafeRawBufferPointer,
        _ right: UnsafeRawBufferPointer,
        _ type: Number.Type
    ) -> Bool {
        zip(left.assumingMemoryBound(to: type), right.assumingMemoryBound(to: type)).allSatisfy { one, other in
            if one == other || (one.isNaN && other.isNaN) { return true }
            let difference = Double(abs(one - other))
            return difference <= max(Self.smallest, Double(max(abs(one), abs(other))) * Self.tolerance)
        }
    }
}
