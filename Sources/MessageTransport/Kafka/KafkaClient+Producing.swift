import CRdkafka

extension KafkaClient {
    /// Hands a copy of a record to the library's queue.
    ///
    /// - Throws: `full` when the queue is.
    func enqueue(_ record: KafkaRecord, number: UInt) throws(MessagingError) {
        let headers = try self.headers(of: record)
        let error = record.key.withBytes { key in
            record.value.withBytes { value in
                KafkaProduce(
                    self.table.functions,
                    self.handle.pointer,
                    record.topic,
                    record.partition ?? -1,
                    key.baseAddress,
                    key.count,
                    value.baseAddress,
                    value.count,
                    headers,
                    UnsafeMutableRawPointer(bitPattern: number)
                )
            }
        }
        if error != nil, let headers { self.table.rd_kafka_headers_destroy(headers) }
        try self.table.check(error, "cannot write to topic '\(record.topic)'")
    }

    /// Headers in the library's form, to be handed over or destroyed; `nil` when there are none.
    private func headers(of record: KafkaRecord) throws(MessagingError) -> OpaquePointer? {
        guard !record.headers.isEmpty else { return nil }
        guard let headers = self.table.rd_kafka_headers_new(record.headers.count) else {
            throw MessagingError(.full, "no memory for Kafka headers")
        }
        for header in record.headers {
            let code = header.value.withBytes { value in
                self.table.rd_kafka_header_add(headers, header.name, -1, value.baseAddress, value.count)
            }
            guard code == RD_KAFKA_RESP_ERR_NO_ERROR else {
                self.table.rd_kafka_headers_destroy(headers)
                throw MessagingError(
                    .refused,
                    "cannot add the Kafka header '\(header.name)': \(self.table.words(code))"
                )
            }
        }
        return headers
    }

    func fate(of report: KafkaListener.Report, topic: String) -> KafkaProducer.Fate {
        guard report.code == RD_KAFKA_RESP_ERR_NO_ERROR else {
            let words = self.table.words(report.code)
            return .failure(self.explained(self.table.error(report.code, "cannot write to topic '\(topic)': \(words)")))
        }
        self.listener.answered()
        let partition = KafkaPartition(topic: topic, index: report.partition)
        return .success(KafkaPosition(partition: partition, offset: report.offset))
    }
}

extension [UInt8]? {
    /// The bytes; no address for `nil`, and one for an empty array, because Kafka keeps the two apart.
    func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        guard let bytes = self else { return body(UnsafeRawBufferPointer(start: nil, count: 0)) }
        guard !bytes.isEmpty else {
            return Swift.withUnsafeBytes(of: UInt8(0)) { body(UnsafeRawBufferPointer(rebasing: $0.prefix(0))) }
        }
        return bytes.withUnsafeBytes(body)
    }
}
