public import LodgingDomain
import LodgingWire

/// Which entries of the ledger an answer stands on: the last one of each partition that is folded.
public struct RegisterVersion: Hashable, Sendable {
  /// The last folded entry of each partition; none for a partition of which nothing is folded.
  public var positions: [Int: ChainPosition]
  /// The least ledger time over the partitions, or nil while there is none: everything decided until then is in the answer.
  public var asOf: Instant?
  /// Up to where notices are held against stays; nil where none are.
  public var notices: NoticePosition?

  /// Makes a version from its parts.
  public init(positions: [Int: ChainPosition] = [:], asOf: Instant? = nil, notices: NoticePosition? = nil) {
    self.positions = positions
    self.asOf = asOf
    self.notices = notices
  }

  /// The last folded ledger offset of each partition.
  public var offsets: LedgerOffsets { LedgerOffsets(positions.mapValues(\.offset)) }

  /// `partition:offset` of each partition in order, joined by commas.
  public var text: String { offsets.text }

  /// A short name of exactly this version, in letters and digits: other entries under the same offsets, as after a lost tail, give another
  /// one, and so do other notices.
  public var tag: String {
    var bytes: [UInt8] = []
    for (partition, position) in positions.sorted(by: { $0.key < $1.key }) {
      withUnsafeBytes(of: Int64(partition).littleEndian) { bytes.append(contentsOf: $0) }
      withUnsafeBytes(of: position.offset.littleEndian) { bytes.append(contentsOf: $0) }
      position.chain.withBytes { bytes.append(contentsOf: $0) }
    }
    if let notices {
      withUnsafeBytes(of: notices.next.littleEndian) { bytes.append(contentsOf: $0) }
      notices.digest.withBytes { bytes.append(contentsOf: $0) }
    }
    return bytes.withUnsafeBytes { ContentTag.of($0) }
  }
}

/// Up to where the topic of notices is folded.
public struct NoticePosition: Hashable, Sendable {
  /// The offset that is read next.
  public var next: Int64
  /// What tells these records from others under the same offsets.
  public var digest: Digest128

  /// Makes a position from its parts.
  package init(next: Int64, digest: Digest128) {
    self.next = next
    self.digest = digest
  }
}

/// A ledger offset for each of some partitions, as answers carry them and readers wait for them.
public struct LedgerOffsets: Hashable, Sendable {
  /// The offsets by partition.
  public var offsets: [Int: Int64]

  /// Makes it from its parts.
  public init(_ offsets: [Int: Int64]) { self.offsets = offsets }

  /// Reads `partition:offset,…`; nil for anything else, and where a partition is named twice.
  public init?(_ text: some StringProtocol) {
    offsets = [:]
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let numbers = part.split(separator: ":", omittingEmptySubsequences: false)
      guard numbers.count == 2, let partition = Self.number(numbers[0]).flatMap(Int.init(exactly:)), let offset = Self.number(numbers[1]),
        offsets.updateValue(offset, forKey: partition) == nil
      else { return nil }
    }
  }

  private static func number(_ text: some StringProtocol) -> Int64? {
    text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ? Int64(text) : nil
  }

  /// `partition:offset` of each partition in order, joined by commas.
  public var text: String { offsets.sorted { $0.key < $1.key }.map { "\($0.key):\($0.value)" }.joined(separator: ",") }

  /// Whether each partition of `others` is here at least as far.
  public func cover(_ others: LedgerOffsets) -> Bool {
    others.offsets.allSatisfy { partition, offset in offsets[partition].map { $0 >= offset } ?? false }
  }
}

/// A short name of some bytes, by which a reader knows them again; no secret, and no protection against somebody who wants two alike.
public enum ContentTag: Sendable {
  /// The name: 32 hexadecimal digits.
  public static func of(_ bytes: UnsafeRawBufferPointer) -> String {
    KeyedHash.digest(key: SipKey(low: 0, high: 0), bytes: bytes).description
  }
}
