import LodgingPipeline
import Testing

struct RecordBatchTests {
  private let some = [
    NewRecord(key: [1], value: [2, 3]), NewRecord(key: nil, value: nil), NewRecord(key: [], value: []),
    NewRecord(key: [4, 5, 6], value: nil, headers: [RecordHeader("name", "text")]), NewRecord(key: nil, value: [7]),
  ]

  @Test("Gives back what was appended; nothing and no bytes stay apart")
  func records() {
    let batch = RecordBatch(some)
    #expect(batch.records == some)
    #expect(batch.count == 5 && !batch.isEmpty)
    #expect(batch.byteCount == 7 && batch.largestByteCount == 3)
    #expect(batch.headers(of: 3) == some[3].headers && batch.headers(of: 0).isEmpty)
  }

  @Test("A batch without records has neither bytes nor a largest record")
  func empty() {
    let batch = RecordBatch()
    #expect(batch.records.isEmpty && batch.isEmpty)
    #expect(batch.byteCount == 0 && batch.largestByteCount == 0)
  }

  @Test("Filled anew it holds nothing of before, and a copy that was taken keeps what it had")
  func filledAnew() {
    var batch = RecordBatch(some)
    let copy = batch
    batch.removeAll()
    #expect(batch.records.isEmpty && batch.largestByteCount == 0)
    batch.append(NewRecord(key: nil, value: [9]))
    #expect(batch.records == [NewRecord(key: nil, value: [9])])
    #expect(copy.records == some)
  }

  @Test("A value may be written in place, behind a key or without one")
  func writtenInPlace() {
    var batch = RecordBatch()
    let key: [UInt8] = [1, 2]
    let answers = key.withUnsafeBytes { key in
      [
        batch.append(key: key) { bytes in
          bytes.append(3)
          return "first"
        }, batch.append(key: nil) { _ in "second" },
      ]
    }
    #expect(answers == ["first", "second"])
    #expect(batch.records == [NewRecord(key: [1, 2], value: [3]), NewRecord(key: nil, value: [])])
  }

  @Test("Goes through the records from any one on, until somebody has enough")
  func fromAnyOneOn() {
    struct Enough: Error {}
    let batch = RecordBatch(some)
    for first in 0...6 {
      var seen: [Int] = []
      batch.lend(from: first) { index, _, _ in seen.append(index) }
      #expect(seen == Array(min(first, 5)..<5))
    }
    var seen = 0
    #expect(throws: Enough.self) {
      try batch.lend { index, _, _ throws(Enough) in
        seen += 1
        if index == 2 { throw Enough() }
      }
    }
    #expect(seen == 3)
  }
}
