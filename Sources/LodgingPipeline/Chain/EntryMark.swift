import LodgingDomain

/// By what a record of the ledger is known again: a reader that goes on looks first whether the last record that it read is still there.
///
/// A log that lost its tail and grew again holds another record at that offset, and then everything that was read after the loss is in
/// doubt. The append time tells apart a record that was lost from a copy of it that landed at the same place later.
struct EntryMark: Hashable {
  /// The offset.
  var offset: Int64
  /// The chain value that the record carries; nil where it is no entry.
  var chain: Digest128?
  /// When it was appended; nil where that is not known any more.
  var appended: Instant?

  /// The mark of a record that was read.
  init(_ record: borrowing LogRecord) {
    offset = record.offset
    chain = record.chainValue
    appended = record.appended
  }

  /// The mark of an entry of which only the position is known.
  init(_ position: ChainPosition) {
    offset = position.offset
    chain = position.chain
  }

  /// Whether this is the record.
  func fits(_ record: borrowing LogRecord) -> Bool {
    record.offset == offset && record.chainValue == chain && (appended == nil || appended == record.appended)
  }
}
