import LodgingTesting
import Testing

@testable import LodgingStore

@Suite("Sorting of residents on disk")
struct RowSpillTests {
  @Test("rows come back in the order of their keys, the last of the same key only", arguments: [0, 1, 511, 512, 513, 200_000])
  func order(count: Int) throws {
    let bench = try DirectoryBench()
    let spill = RowSpill(folder: bench.path)
    var random = SeededGenerator(seed: UInt64(count))
    var model: [UInt64: DirectoryRow] = [:]
    for index in 0..<count {
      // Half of the keys fall into few buckets, so that some of those go through the scratch file many times.
      let key = index % 2 == 0 ? random.next() | 1 : UInt64(random.below(5000) + 1) << (index % 3 == 0 ? 0 : 40)
      let row = DirectoryBench.entry(&random, key: key).personRow
      model[key] = row
      try spill.add(row)
    }
    let rows = SpilledRows(spill)
    var last: UInt64 = 0
    var found = 0
    while let row = try rows.next() {
      #expect(row.key > last)
      #expect(model[row.key] == row)
      last = row.key
      found += 1
    }
    #expect(found == model.count)
    #expect(rows.duplicates == count - model.count)
    #expect(spill.count == count)
  }

  @Test("of merged sources the first has its way")
  func merge() throws {
    var random = SeededGenerator(seed: 1)
    func rows(_ keys: [UInt64]) -> [DirectoryRow] { keys.map { DirectoryBench.entry(&random, key: $0).personRow } }
    let (first, second, third) = (rows([2, 5, 9, .max]), rows([1, 2, 3]), rows([2, 3, .max]))
    let merged = try MergedRows([ListedRows(first), ListedRows(second), ListedRows(third), ListedRows([])])
    var result: [DirectoryRow] = []
    while let row = try merged.next() { result.append(row) }
    #expect(result == [second[0], first[0], second[2], first[1], first[2], first[3]])
    #expect(merged.replacements == 2)
  }

  private final class ListedRows: RowSource {
    private var rows: ArraySlice<DirectoryRow>

    init(_ rows: [DirectoryRow]) { self.rows = rows[...] }

    func next() -> DirectoryRow? { rows.popFirst() }
  }
}
