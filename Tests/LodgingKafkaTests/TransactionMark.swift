import Foundation
import Testing

/// The mark that ends a transaction on a partition: it takes an offset and is no record.
///
/// Producers of a mock cluster write none, so the request is made here, byte by byte (Kafka protocol, Produce version 3, record batch
/// version 2).
enum TransactionMark {
  /// Writes the mark of a transaction that was carried out.
  static func write(to topic: String, partition: Int32, servers: String) throws {
    let port = try #require(servers.split(separator: ":").last.flatMap { UInt16($0) })
    var request = Bytes()
    request.put(Int16(0))
    request.put(Int16(3))
    request.put(Int32(1))
    request.put("mark")
    request.put(Int16(-1))
    request.put(Int16(-1))
    request.put(Int32(5000))
    request.put(Int32(1))
    request.put(topic)
    request.put(Int32(1))
    request.put(partition)
    let batch = batch()
    request.put(Int32(batch.count))
    request.bytes += batch
    let answer = try exchange(request.bytes, with: port)
    // Correlation, number of topics, name, number of partitions, partition.
    let place = 4 + 4 + 2 + topic.utf8.count + 4 + 4
    try #require(answer.count >= place + 2 && answer[place..<place + 2].allSatisfy { $0 == 0 }, "the mark was refused: \(answer)")
  }

  private static func batch() -> [UInt8] {
    var rest = Bytes()
    let isControl: Int16 = 0x20
    rest.put(isControl)
    rest.put(Int32(0))
    let now = Int64(Date().timeIntervalSince1970 * 1000)
    rest.put(now)
    rest.put(now)
    rest.put(Int64(-1))
    rest.put(Int16(-1))
    rest.put(Int32(-1))
    rest.put(Int32(1))
    // Lengths in zigzag form: 16 bytes, of which 4 are the key (version 0, committed) and 6 the value (version 0, epoch 0).
    rest.bytes += [32, 0, 0, 0, 8, 0, 0, 0, 1, 12, 0, 0, 0, 0, 0, 0, 0]
    var batch = Bytes()
    batch.put(Int64(0))
    batch.put(Int32(4 + 1 + 4 + rest.bytes.count))
    batch.put(Int32(0))
    batch.put(Int8(2))
    batch.put(checksum(rest.bytes))
    return batch.bytes + rest.bytes
  }

  /// CRC-32C, by RFC 3720, appendix B.4.
  private static func checksum(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~0) { sum, byte in
      (0..<8).reduce(sum ^ UInt32(byte)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0x82F6_3B78 : value >> 1 }
    }
  }

  private static func exchange(_ request: [UInt8], with port: UInt16) throws -> [UInt8] {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
    }
    try #require(result == 0, "no connection to the mock cluster")
    var framed = Bytes()
    framed.put(Int32(request.count))
    try file.write(contentsOf: framed.bytes + request)
    func take(_ count: Int) throws -> [UInt8] {
      var bytes: [UInt8] = []
      while bytes.count < count { bytes += try #require(try file.read(upToCount: count - bytes.count), "the mock cluster hung up") }
      return bytes
    }
    return try take(try take(4).reduce(0) { $0 << 8 | Int($1) })
  }

  /// Numbers in the byte order of the network, and short texts behind their length.
  private struct Bytes {
    var bytes: [UInt8] = []

    mutating func put(_ number: some FixedWidthInteger) { withUnsafeBytes(of: number.bigEndian) { bytes += $0 } }

    mutating func put(_ text: String) {
      put(Int16(text.utf8.count))
      bytes += text.utf8
    }
  }
}
