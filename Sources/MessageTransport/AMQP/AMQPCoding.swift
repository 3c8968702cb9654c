import CRabbitMQ

/// Memory that C values point into; it lives as long as the arena.
final class AMQPArena {
    private var blocks: [UnsafeMutableRawPointer] = []

    deinit { self.blocks.forEach { $0.deallocate() } }

    /// Called last, so that the memory is there until then.
    @inline(never)
    func keep() {}

    func bytes(_ text: String) -> amqp_bytes_t { self.bytes(Array(text.utf8)) }

    func bytes(_ array: [UInt8]) -> amqp_bytes_t {
        let block = self.allocate(byteCount: max(1, array.count), alignment: 1)
        array.withUnsafeBytes { if let base = $0.baseAddress { block.copyMemory(from: base, byteCount: array.count) } }
        return amqp_bytes_t(len: array.count, bytes: block)
    }

    func table(_ headers: [AMQPHeader]) -> amqp_table_t {
        let stride = MemoryLayout<amqp_table_entry_t>.stride
        let entries = self.allocate(
            byteCount: max(1, headers.count) * stride,
            alignment: MemoryLayout<amqp_table_entry_t>.alignment
        ).bindMemory(to: amqp_table_entry_t.self, capacity: headers.count)
        for (index, header) in headers.enumerated() {
            let entry = amqp_table_entry_t(key: self.bytes(header.name), value: self.value(header.value))
            (entries + index).initialize(to: entry)
        }
        return amqp_table_t(num_entries: Int32(clamping: headers.count), entries: entries)
    }

    private func value(_ value: AMQPValue) -> amqp_field_value_t {
        var field = amqp_field_value_t()
        switch value {
        case .text(let text):
            field.kind = UInt8(AMQP_FIELD_KIND_UTF8.rawValue)
            field.value.bytes = self.bytes(text)
        case .bytes(let bytes):
            field.kind = UInt8(AMQP_FIELD_KIND_BYTES.rawValue)
            field.value.bytes = self.bytes(bytes)
        case .integer(let number):
            field.kind = UInt8(AMQP_FIELD_KIND_I64.rawValue)
            field.value.i64 = number
        case .number(let number):
            field.kind = UInt8(AMQP_FIELD_KIND_F64.rawValue)
            field.value.f64 = number
        case .boolean(let boolean):
            field.kind = UInt8(AMQP_FIELD_KIND_BOOLEAN.rawValue)
            field.value.boolean = boolean ? 1 : 0
        case .timestamp(let seconds):
            field.kind = UInt8(AMQP_FIELD_KIND_TIMESTAMP.rawValue)
            field.value.u64 = seconds
        case .table(let headers):
            field.kind = UInt8(AMQP_FIELD_KIND_TABLE.rawValue)
            field.value.table = self.table(headers)
        case .list(let values):
            field.kind = UInt8(AMQP_FIELD_KIND_ARRAY.rawValue)
            field.value.array = self.list(values)
        case .null:
            field.kind = UInt8(AMQP_FIELD_KIND_VOID.rawValue)
        }
        return field
    }

    private func list(_ values: [AMQPValue]) -> amqp_array_t {
        let entries = self.allocate(
            byteCount: max(1, values.count) * MemoryLayout<amqp_field_value_t>.stride,
            alignment: MemoryLayout<amqp_field_value_t>.alignment
        ).bindMemory(to: amqp_field_value_t.self, capacity: values.count)
        for (index, value) in values.enumerated() { (entries + index).initialize(to: self.value(value)) }
        return amqp_array_t(num_entries: Int32(clamping: values.count), entries: entries)
    }

    private func allocate(byteCount: Int, alignment: Int) -> UnsafeMutableRawPointer {
        let block = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: alignment)
        self.blocks.append(block)
        return block
    }
}

extension amqp_bytes_t {
    var array: [UInt8] {
        self.bytes.map { [UInt8](UnsafeRawBufferPointer(start: $0, count: self.len)) } ?? []
    }

    /// The bytes as text; what is no UTF-8 is replaced.
    var string: String { String(decoding: self.array, as: UTF8.self) }
}

extension AMQPValue {
    /// Reads a value that the library lent.
    fileprivate init(_ field: amqp_field_value_t) {
        switch UInt32(field.kind) {
        case AMQP_FIELD_KIND_BOOLEAN.rawValue: self = .boolean(field.value.boolean != 0)
        case AMQP_FIELD_KIND_I8.rawValue: self = .integer(Int64(field.value.i8))
        case AMQP_FIELD_KIND_U8.rawValue: self = .integer(Int64(field.value.u8))
        case AMQP_FIELD_KIND_I16.rawValue: self = .integer(Int64(field.value.i16))
        case AMQP_FIELD_KIND_U16.rawValue: self = .integer(Int64(field.value.u16))
        case AMQP_FIELD_KIND_I32.rawValue: self = .integer(Int64(field.value.i32))
        case AMQP_FIELD_KIND_U32.rawValue: self = .integer(Int64(field.value.u32))
        case AMQP_FIELD_KIND_I64.rawValue: self = .integer(field.value.i64)
        case AMQP_FIELD_KIND_U64.rawValue: self = .integer(Int64(clamping: field.value.u64))
        case AMQP_FIELD_KIND_F32.rawValue: self = .number(Double(field.value.f32))
        case AMQP_FIELD_KIND_F64.rawValue: self = .number(field.value.f64)
        case AMQP_FIELD_KIND_UTF8.rawValue: self = .text(field.value.bytes.string)
        case AMQP_FIELD_KIND_BYTES.rawValue: self = .bytes(field.value.bytes.array)
        case AMQP_FIELD_KIND_TIMESTAMP.rawValue: self = .timestamp(field.value.u64)
        case AMQP_FIELD_KIND_TABLE.rawValue: self = .table([AMQPHeader](field.value.table))
        case AMQP_FIELD_KIND_ARRAY.rawValue:
            let array = field.value.array
            guard let entries = array.entries else {
                self = .list([])
                return
            }
            self = .list((0..<Int(array.num_entries)).map { AMQPValue(entries[$0]) })
        default: self = .null
        }
    }
}

extension [AMQPHeader] {
    init(_ table: amqp_table_t) {
        guard let entries = table.entries else {
            self = []
            return
        }
        self = (0..<Int(table.num_entries)).map { index in
            AMQPHeader(name: entries[index].key.string, value: AMQPValue(entries[index].value))
        }
    }
}
