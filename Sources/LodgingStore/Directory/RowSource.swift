import Dispatch
import Synchronization

/// Rows in the order of their keys, no key twice.
protocol RowSource: AnyObject {
  /// The next row; nil after the last.
  func next() throws(DirectoryError) -> DirectoryRow?
}

/// The rows of a spill, to which none are added any more; of rows with the same key the last one counts.
///
/// While the rows of one bucket are handed out, the next one is read and sorted elsewhere.
final class SpilledRows: RowSource {
  private let spill: RowSpill
  private var bucket = SortedBucket()
  private let ahead = BucketAhead()
  private var nextBucket = 0
  private var place = 0
  /// Rows that a later row of the same key replaced.
  private(set) var duplicates = 0

  init(_ spill: RowSpill) {
    self.spill = spill
    ahead.begin(nextBucket, of: spill)
  }

  func next() throws(DirectoryError) -> DirectoryRow? {
    while place == bucket.count {
      guard nextBucket < RowSpill.bucketCount else { return nil }
      try ahead.end(&bucket)
      nextBucket += 1
      if nextBucket < RowSpill.bucketCount { ahead.begin(nextBucket, of: spill) }
      place = 0
    }
    while place + 1 < bucket.count, bucket.key(at: place) == bucket.key(at: place + 1) {
      place += 1
      duplicates += 1
    }
    defer { place += 1 }
    return bucket.row(at: place)
  }
}

/// A bucket that is made ready by somebody else.
private final class BucketAhead: Sendable {
  private let bucket = Mutex(SortedBucket())
  private let failure = Mutex<DirectoryError?>(nil)
  private let isDone = DispatchSemaphore(value: 0)
  /// Its own: those of the process may all be taken by whoever looks residents up.
  private let queue = DispatchQueue(label: "lodging.directory-bucket")

  func begin(_ number: Int, of spill: RowSpill) {
    queue.async {
      self.bucket.withLock { bucket in
        do throws(DirectoryError) { try spill.load(bucket: number, into: bucket) } catch { self.failure.withLock { $0 = error } }
      }
      self.isDone.signal()
    }
  }

  /// Waits until it is ready, and gives it for one that is no longer needed; throws what making it ready threw.
  func end(_ used: inout SortedBucket) throws(DirectoryError) {
    isDone.wait()
    if let failure = failure.withLock(\.self) { throw failure }
    bucket.withLock { swap(&$0, &used) }
  }
}

/// The rows of a table.
final class TableRows: RowSource {
  private let table: DirectoryTable
  private var slot = 0
  private var index = 0

  init(_ table: DirectoryTable) { self.table = table }

  func next() throws(DirectoryError) -> DirectoryRow? {
    while slot < table.slotCount {
      let key = table.key(at: slot)
      slot += 1
      guard key != 0 else { continue }
      defer { index += 1 }
      return table.row(key: key, index: index)
    }
    return nil
  }
}

/// Several sources as one; of rows with the same key that of the first source counts.
final class MergedRows: RowSource {
  private let sources: [any RowSource]
  private var heads: [DirectoryRow?]
  /// Rows of the first source that replaced a row of another one.
  private(set) var replacements = 0

  /// Makes a source from others, the newest first.
  init(_ sources: [any RowSource]) throws(DirectoryError) {
    self.sources = sources
    heads = []
    for source in sources { heads.append(try source.next()) }
  }

  func next() throws(DirectoryError) -> DirectoryRow? {
    var least: DirectoryRow?
    for head in heads {
      if let head, head.key < least?.key ?? .max || least == nil { least = head }
    }
    guard let least else { return nil }
    var isFromFirst = false
    var holders = 0
    for index in heads.indices where heads[index]?.key == least.key {
      if index == 0 { isFromFirst = true }
      holders += 1
      heads[index] = try sources[index].next()
    }
    if isFromFirst, holders > 1 { replacements += 1 }
    return least
  }
}
