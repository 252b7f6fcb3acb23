/// Which of a chain's headers go with its record to the events topic: nothing here reads them, other people's tools do.
enum CarriedHeaders {
  /// So many headers go along, and so many bytes of names and texts.
  static let countMax = 32
  static let bytesMax = 4096

  /// The headers in their order, the trace context before all others; those beyond what goes along are left out.
  static func of(_ headers: [RecordHeader]) -> [RecordHeader] {
    guard !headers.isEmpty else { return [] }
    var carried: [RecordHeader] = []
    var bytes = 0
    let (traces, others) = (headers.filter { $0.name == RecordHeader.traceparent }, headers.filter { $0.name != RecordHeader.traceparent })
    for header in traces.prefix(1) + others {
      let size = header.name.utf8.count + header.value.utf8.count
      guard carried.count < countMax, bytes + size <= bytesMax else { continue }
      bytes += size
      carried.append(header)
    }
    return carried
  }
}
