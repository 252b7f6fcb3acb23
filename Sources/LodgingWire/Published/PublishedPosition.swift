import Foundation
package import LodgingDomain

/// An entry of the ledger that what is published stands on: the fold of its partition up to it and no further.
package struct PublishedPosition: Hashable, Sendable {
  /// The partition of the ledger.
  package var partition: Int
  /// The entry's offset.
  package var offset: Int64
  /// The entry's chain value, by which a reader of the ledger tells whether it is still there.
  package var chain: Digest128
  /// Ledger time there.
  package var now: Instant

  /// Makes a position from its parts.
  package init(partition: Int, offset: Int64, chain: Digest128, now: Instant) {
    self.partition = partition
    self.offset = offset
    self.chain = chain
    self.now = now
  }
}

extension PublishedPosition {
  init(_ message: ProtoLedgerPosition) {
    self.init(
      partition: Int(message.partition), offset: message.offset, chain: message.chain.withUnsafeBytes { Digest128(bytes: $0) } ?? .zero,
      now: Instant(milliseconds: message.nowMs))
  }

  var message: ProtoLedgerPosition {
    var message = ProtoLedgerPosition()
    message.partition = UInt32(clamping: partition)
    message.offset = offset
    message.chain = chain.withBytes { .init($0) }
    message.nowMs = now.milliseconds
    return message
  }
}
