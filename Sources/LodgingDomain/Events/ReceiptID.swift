/// The name of a receipt: it names the same event even if that had to be decided again.
///
/// Written `P-I-S-D`: partition, incarnation of the events topic and source offset in decimal, and the first eight bytes of the content
/// digest in hexadecimal, such as `17-1-40213-9f86d081884c7d65`.
public struct ReceiptID: Hashable, Sendable, CustomStringConvertible {
  /// The partition.
  public var partition: Int
  /// The incarnation of the events topic.
  public var incarnation: UInt32
  /// The event's offset on the events topic.
  public var source: Int64
  /// The first eight bytes of the content digest, in byte order.
  public var digest: UInt64

  /// Names the receipt of an event.
  public init(partition: Int, incarnation: UInt32, source: Int64, digest: Digest128) {
    self.partition = partition
    self.incarnation = incarnation
    self.source = source
    self.digest = digest.first.byteSwapped
  }

  /// Names the receipt of the event that was decided under a number.
  public init(partition: Int, source: SourceNumber, digest: Digest128) {
    self.init(partition: partition, incarnation: source.incarnation, source: source.offset, digest: digest)
  }

  /// The number under which the event was decided; nil for one that no event has.
  public var sourceNumber: SourceNumber? { incarnation == 0 ? nil : SourceNumber(offset: source, resets: incarnation - 1) }

  /// Reads the text form; nil for anything else.
  public init?(_ text: some StringProtocol) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 4, let partition = Int(parts[0]), partition >= 0, let incarnation = UInt32(parts[1]), let source = Int64(parts[2]),
      source >= 0, parts[3].utf8.count == 16, let digest = UInt64(parts[3], radix: 16)
    else { return nil }
    self.partition = partition
    self.incarnation = incarnation
    self.source = source
    self.digest = digest
  }

  /// The text form.
  public var description: String { "\(partition)-\(incarnation)-\(source)-\(Hexadecimal.text(of: digest))" }
}
