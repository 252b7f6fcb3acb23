/// The partition of a key as Java clients compute it (`murmur2`), so that every producer agrees on where an establishment lives.
///
/// Source: Apache Kafka, `org.apache.kafka.common.utils.Utils.murmur2` and `BuiltInPartitioner.partitionForKey`.
public enum Partitioner: Sendable {
  /// The partition of a key among `partitions`, which must be positive.
  public static func partition(of key: UnsafeRawBufferPointer, among partitions: Int) -> Int {
    Int(murmur2(key) & 0x7FFF_FFFF) % partitions
  }

  /// The 32-bit hash with Kafka's seed.
  static func murmur2(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    let multiplier: UInt32 = 0x5BD1_E995
    var hash: UInt32 = 0x9747_B28C ^ UInt32(truncatingIfNeeded: bytes.count)
    let whole = bytes.count & ~3
    for offset in stride(from: 0, to: whole, by: 4) {
      var word = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
      word = word &* multiplier
      word ^= word >> 24
      word = word &* multiplier
      hash = hash &* multiplier ^ word
    }
    var shift: UInt32 = 0
    var tail: UInt32 = 0
    for byte in bytes[whole...] {
      tail |= UInt32(byte) << shift
      shift += 8
    }
    if whole < bytes.count { hash = (hash ^ tail) &* multiplier }
    hash ^= hash >> 13
    hash = hash &* multiplier
    hash ^= hash >> 15
    return hash
  }
}
