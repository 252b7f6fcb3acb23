/// Which runs of a partition are merged.
///
/// What is fed at a time is a run of its own, so writing costs the same however much is there, and who looks for an id asks each run.
/// Four of about the same size become one, so a record is written again only each time that its run becomes four times as large, and there
/// are up to three runs for each fourfold of a partition's records, up to a size at which they stay as they are: 300,000 to a million
/// records and 20 to 80 MB, since merging is one transaction, for which the others wait.
enum IdRunTiers {
  /// A run of so many records is merged no more.
  static let finalRecords = 1 << 18
  private static let mergedLeast = 4

  /// How many of the newest runs are to be merged, none where it is 0; `records` are the runs' counts, those of the newest run first.
  static func due(_ records: [Int]) -> Int {
    guard let newest = records.first, newest < finalRecords else { return 0 }
    // With smaller ones among them, which would stay behind otherwise; only neighbours may be merged, since of equal keys the newer counts.
    var (count, sum) = (0, 0)
    for run in records {
      guard run < finalRecords, tier(of: run) <= tier(of: newest) else { break }
      // Where merging found no room for a long time, many wait for it: not more of them at once than make a final run.
      if count >= mergedLeast, sum + run > mergedLeast * finalRecords { break }
      (count, sum) = (count + 1, sum + run)
    }
    return count >= mergedLeast ? count : 0
  }

  /// The power of four that a count reaches.
  private static func tier(of records: Int) -> Int { (Int.bitWidth - 1 - max(1, records).leadingZeroBitCount) / 2 }
}
