/// Memory for elements whose number is not known yet.
final class GrowingMemory {
    private(set) var start: UnsafeMutableRawPointer
    private(set) var byteCapacity: Int

    private static let alignment = 64

    init(byteCapacity: Int) {
        precondition(byteCapacity > 0, "byteCapacity: \(byteCapacity)")
        self.byteCapacity = byteCapacity
        self.start = .allocate(byteCount: byteCapacity, alignment: Self.alignment)
    }

    /// Doubles the room, keeping what is there.
    func grow() {
        let larger = UnsafeMutableRawPointer.allocate(byteCount: self.byteCapacity * 2, alignment: Self.alignment)
        larger.copyMemory(from: self.start, byteCount: self.byteCapacity)
        self.start.deallocate()
        self.start = larger
        self.byteCapacity *= 2
    }

    deinit {
        self.start.deallocate()
    }
}

extension TensorMemory {
    /// The first bytes of memory that has stopped growing.
    convenience init(_ memory: GrowingMemory, byteCount: Int) {
        precondition(byteCount <= memory.byteCapacity, "\(byteCount) of \(memory.byteCapacity) bytes")
        self.init(UnsafeMutableRawBufferPointer(start: memory.start, count: byteCount), ownedBy: memory)
    }
}
