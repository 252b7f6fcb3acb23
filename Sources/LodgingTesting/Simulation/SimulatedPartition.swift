import LodgingDomain
import LodgingPipeline

/// One partition of a simulated log.
struct SimulatedPartition: Sendable {
  private(set) var records: [SimulatedRecord] = []
  private(set) var bounds = LogBounds(start: 0, end: 0)
  var times = AppendTimes.clock
  /// Up to where readers are not told that the log ends before their position.
  private var silentUpTo: Int64 = 0

  mutating func append(_ submission: SimulatedSubmission, index: Int, now: Instant) -> Int64 {
    let record = submission.records[index]
    let offset = bounds.end
    records.append(
      SimulatedRecord(
        offset: offset, appended: appendTime(now), key: record.key, value: record.value, headers: record.headers,
        appender: submission.appender, submission: submission.copyOf ?? submission.id))
    bounds.end += 1
    return offset
  }

  private func appendTime(_ now: Instant) -> Instant {
    let last = records.last?.appended ?? Instant(milliseconds: .min)
    switch times {
    case .clock: return max(last, now)
    case .ahead(let milliseconds): return max(last, now.adding(milliseconds: milliseconds))
    case .standing: return records.isEmpty ? now : last
    case .behind(let milliseconds): return now.adding(milliseconds: -milliseconds)
    }
  }

  func slice(from offset: Int64, limit: ReadLimit, place: TopicPartition) throws(LogError) -> ArraySlice<SimulatedRecord> {
    if offset > bounds.end, offset <= silentUpTo { return [] }
    guard offset >= bounds.start, offset <= bounds.end else { throw .offsetOutOfRange(place, requested: offset, held: bounds) }
    let first = index(of: offset)
    var bytes = 0
    var last = first
    while last < records.endIndex, last - first < max(1, limit.records) {
      bytes += (records[last].key?.count ?? 0) + (records[last].value?.count ?? 0)
      if last > first, bytes > limit.bytes { break }
      last += 1
    }
    return records[first..<last]
  }

  /// The index of the first record at or after an offset.
  private func index(of offset: Int64) -> Int {
    var (low, high) = (records.startIndex, records.endIndex)
    while low < high {
      let middle = (low + high) / 2
      if records[middle].offset < offset { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Loses the last records; their offsets are given again.
  mutating func loseTail(_ count: Int, silently: Bool) -> [SimulatedRecord] {
    let lost = Array(records.suffix(max(0, count)))
    guard let first = lost.first else { return [] }
    if silently { silentUpTo = max(silentUpTo, bounds.end) }
    records.removeLast(lost.count)
    bounds.end = records.last.map { $0.offset + 1 } ?? min(first.offset, bounds.end)
    return lost
  }

  /// Lets the next record have a later offset, as a broker's own records do.
  mutating func skip(_ count: Int64) {
    bounds.end += max(0, count)
  }

  /// Removes what is before an offset; the end stays.
  mutating func trim(before offset: Int64) {
    bounds.start = min(max(bounds.start, offset), bounds.end)
    records.removeSubrange(..<index(of: bounds.start))
  }

  /// Changes one byte of a value, counted from its start; false where there is none.
  mutating func flip(offset: Int64, byte: Int) -> Bool {
    let index = index(of: offset)
    guard index < records.endIndex, records[index].offset == offset, records[index].value?.indices.contains(byte) == true else {
      return false
    }
    records[index].value?[byte] ^= 1
    return true
  }
}
