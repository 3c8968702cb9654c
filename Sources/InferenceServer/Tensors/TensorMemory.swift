/// Memory that holds the elements of a tensor, freed with the last reference to it.
public final class TensorMemory {
    public let bytes: UnsafeMutableRawBufferPointer
    /// Whoever the memory belongs to; `nil` when it is our own.
    private let owner: AnyObject?

    /// Aligned for every element type and for vector instructions.
    private static let alignment = 64

    /// Memory of our own with unspecified contents.
    public init(byteCount: Int) {
        self.bytes = .allocate(byteCount: byteCount, alignment: Self.alignment)
        self.owner = nil
    }

    /// Memory that `owner` frees; it is kept alive for as long.
    init(_ bytes: UnsafeMutableRawBufferPointer, ownedBy owner: AnyObject) {
        self.bytes = bytes
        self.owner = owner
    }

    public convenience init(copying source: UnsafeRawBufferPointer) {
        self.init(byteCount: source.count)
        self.bytes.copyMemory(from: source)
    }

    deinit {
        if self.owner == nil { self.bytes.deallocate() }
    }
}
