import LodgingDomain
import LodgingWire

/// A state that is being folded from the ledger, a slice at a time, so that whoever restores a long history can decide other partitions
/// meanwhile.
struct Restoration {
  /// The last entry that was folded and has a source of its own; nothing is known of it where a snapshot stands behind it.
  struct DecidingEntry {
    var offset: Int64?
    /// Ledger time before it.
    var before: Instant?
  }

  /// What came of a slice.
  enum Progress {
    /// There is more to read.
    case reading
    /// The end of the ledger, as it is now, and all that was read is still there.
    case arrived
    /// The ledger lost what was read: all must be folded anew.
    case astray
    /// The entry at this offset stops the fold.
    case stopped(FoldStop, at: Int64)
  }

  private(set) var fold: StateFold
  private(set) var deciding = DecidingEntry()
  /// Whether it began with a snapshot.
  let isFromSnapshot: Bool
  private let beginning: Int64
  /// The last record that was read; nil before the first.
  private var last: EntryMark?

  private static let readRecordsMax = 4096

  /// Begins with the first entry of a partition.
  init(partition: Int, version: LedgerVersion) {
    fold = StateFold(partition: partition, version: version)
    (beginning, isFromSnapshot) = (fold.cursor.next, false)
  }

  /// Begins with a snapshot's state, whose position the ledger holds.
  init(partition: Int, state: PartitionState, at position: ChainPosition, version: LedgerVersion) {
    fold = StateFold(partition: partition, state: state, at: position, version: version)
    (beginning, isFromSnapshot) = (fold.cursor.next, true)
    last = EntryMark(position)
  }

  /// How many offsets were read over.
  var length: Int64 { fold.cursor.next - beginning }

  /// Folds on to the end of the ledger, at most `left` records, and takes those off; whatever this throws, it may be called again.
  ///
  /// Each slice begins by looking whether the last record of the one before is still there. Where a log lost a tail, it lost all that came
  /// after, so a record that is there stands for all that was read before it.
  mutating func advance(in log: any EventLog, atMost left: inout Int) throws(LogError) -> Progress {
    let ledger = TopicPartition(.ledger, fold.cursor.partition)
    var isChecked = false
    var end = try log.end(of: ledger)
    while end > fold.cursor.next {
      guard left > 0 else { return .reading }
      let from = fold.cursor.next
      if let stopped = try read(ledger, in: log, after: last, &left) { return stopped }
      isChecked = true
      if fold.cursor.next == from {
        // A read from the last record on may hand out that one alone; the next read waits for what is still being fetched.
        if let stopped = try read(ledger, in: log, after: nil, &left) { return stopped }
        // Nothing stands between here and the end: a hole, or records that come later.
        guard fold.cursor.next > from else { break }
        isChecked = false
      }
      end = try log.end(of: ledger)
    }
    guard end >= fold.cursor.next || isChecked else { return .astray }
    guard !isChecked, let last else { return .arrived }
    return try log.fetch(ledger, at: last.offset) { last.fits($0) } == true ? .arrived : .astray
  }

  /// Reads on once, from a record on that must still be there; returns why it goes no further, where it does not.
  private mutating func read(
    _ ledger: TopicPartition, in log: any EventLog, after known: EntryMark?, _ left: inout Int
  ) throws(LogError) -> Progress? {
    var mark = known
    var stopped: Progress?
    let limit = ReadLimit(records: min(left, Self.readRecordsMax) + (mark == nil ? 0 : 1))
    do throws(LogError) {
      let next = try log.read(ledger, from: mark?.offset ?? fold.cursor.next, limit: limit) {
        (record: borrowing LogRecord) throws(LogError) in
        if let known = mark {
          mark = nil
          if !known.fits(record) { stopped = .astray }
        } else if let stop = take(record) {
          stopped = .stopped(stop, at: record.offset)
        } else {
          left -= 1
        }
        if stopped != nil { throw .stopped }
      }
      // Where the record that was read last is not handed out, the ledger ends before it.
      guard mark == nil else { return .astray }
      fold.skip(to: next)
    } catch {
      guard stopped != nil, error == .stopped else { throw error }
    }
    return stopped
  }

  private mutating func take(_ record: borrowing LogRecord) -> FoldStop? {
    let time = fold.state.now
    var observer = NoObserver()
    switch fold.take(record, observer: &observer) {
    case .applied(let entry, _) where entry.body.kind.hasSource: deciding = DecidingEntry(offset: record.offset, before: time)
    case .applied, .ignored: break
    case .stopped(let reason): return reason
    }
    last = EntryMark(record)
    return nil
  }
}
