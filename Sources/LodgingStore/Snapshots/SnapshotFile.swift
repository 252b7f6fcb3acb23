import LodgingDomain
import LodgingPipeline
import LodgingWire

/// The form of a snapshot's file: a header of fixed size, then the bytes.
///
/// Little-endian: magic, format, partition, offset, source, chain value, number of bytes, and a digest over all that and the bytes. The
/// key of the digest is known to everybody: it finds damage and tells two states apart, and keeps no secret.
enum SnapshotFile {
  static let headerBytes = 72
  static let format: UInt32 = 1
  private static let magic: [UInt8] = Array("LODGSNAP".utf8)
  private static let digestBytes = 16

  /// The header of a snapshot.
  static func header(of bytes: [UInt8], as name: SnapshotName) -> [UInt8] {
    var header = prefix(name, count: bytes.count)
    digest(header, bytes).withBytes { header.append(contentsOf: $0) }
    return header
  }

  /// Whether a header is one of this format, of this name, and for so many bytes.
  static func announces(_ header: [UInt8], _ name: SnapshotName, count: Int) -> Bool {
    header.count == headerBytes && header.dropLast(digestBytes) == prefix(name, count: count)[...]
  }

  /// Whether the bytes are those that the header was made for.
  static func isWhole(_ header: [UInt8], _ bytes: [UInt8]) -> Bool {
    digest(Array(header.dropLast(digestBytes)), bytes).withBytes { header.suffix(digestBytes).elementsEqual($0) }
  }

  private static func prefix(_ name: SnapshotName, count: Int) -> [UInt8] {
    var header = magic
    func put(_ value: some FixedWidthInteger) { withUnsafeBytes(of: value.littleEndian) { header.append(contentsOf: $0) } }
    put(format)
    put(UInt32(truncatingIfNeeded: name.partition))
    put(name.position.offset)
    put(name.position.source)
    name.position.chain.withBytes { header.append(contentsOf: $0) }
    put(UInt64(count))
    return header
  }

  private static func digest(_ prefix: [UInt8], _ bytes: [UInt8]) -> Digest128 {
    let ofPrefix = prefix.withUnsafeBytes { KeyedHash.digest(key: .known, bytes: $0) }
    let ofBytes = bytes.withUnsafeBytes { KeyedHash.digest(key: .known, bytes: $0) }
    var both: [UInt8] = []
    for digest in [ofPrefix, ofBytes] { digest.withBytes { both.append(contentsOf: $0) } }
    return both.withUnsafeBytes { KeyedHash.digest(key: .known, bytes: $0) }
  }
}

extension SnapshotName {
  private static let suffix = ".snapshot"

  /// What the names of a partition's files begin with.
  static func beginning(ofPartition partition: Int) -> String { "\(partition)_" }

  /// `partition_offset_source_chain.snapshot`.
  var fileName: String { "\(Self.beginning(ofPartition: partition))\(position.offset)_\(position.source)_\(position.chain)\(Self.suffix)" }

  /// Reads the name of a file; nil for anything that ``fileName`` does not write.
  init?(fileName: String) {
    guard fileName.hasSuffix(Self.suffix) else { return nil }
    let parts = fileName.dropLast(Self.suffix.count).split(separator: "_", omittingEmptySubsequences: false)
    guard parts.count == 4, let partition = Int(parts[0]), partition >= 0, let offset = Int64(parts[1]), offset >= 0,
      let source = Int64(parts[2]), let chain = Digest128(parts[3])
    else { return nil }
    self.init(partition: partition, position: ChainPosition(offset: offset, chain: chain, source: source))
    guard self.fileName == fileName else { return nil }
  }
}
