import LodgingDomain
import Testing

@Suite("Numbers of sources")
struct SourceNumberTests {
  @Test("Without a reset the number is the offset, from the one before the first on")
  func offsets() {
    for offset in [-1, 0, 1, SourceNumber.offsetEnd - 1] {
      let number = SourceNumber(offset: offset, resets: 0)
      #expect(number?.value == offset && number?.offset == offset && number?.resets == 0 && number?.incarnation == 1)
    }
  }

  @Test("Numbers rise from reset to reset, and come apart again at every edge")
  func resets() throws {
    var last = Int64.min
    for resets in [UInt32(0), 1, 2, SourceNumber.resetsMax] {
      for offset in [-1, 0, SourceNumber.offsetEnd - 1] {
        let number = try #require(SourceNumber(offset: offset, resets: resets))
        #expect(number.value > last)
        #expect(number.offset == offset && number.resets == resets && number.incarnation == resets + 1)
        #expect(SourceNumber(number.value) == number)
        last = number.value
      }
    }
  }

  @Test("What no log has is no number")
  func impossible() {
    #expect(SourceNumber(offset: -2, resets: 0) == nil)
    #expect(SourceNumber(offset: SourceNumber.offsetEnd, resets: 0) == nil)
    #expect(SourceNumber(offset: 0, resets: SourceNumber.resetsMax + 1) == nil)
  }

  @Test("Another offset is of the same incarnation, and never reaches into the next")
  func neighbours() throws {
    let number = try #require(SourceNumber(offset: 7, resets: 3))
    #expect(SourceNumber(number.at(0)).incarnation == 4 && SourceNumber(number.at(0)).offset == 0)
    #expect(SourceNumber(number.at(.max)).incarnation == 4)
    #expect(SourceNumber(number.at(-9)).offset == -1)
  }

  @Test("A receipt names incarnation and offset, and the number is found by it")
  func receipts() throws {
    let number = try #require(SourceNumber(offset: 40_213, resets: 1))
    let receipt = ReceiptID(partition: 17, source: number, digest: Digest128(first: 1, second: 2))
    #expect(receipt.description.hasPrefix("17-2-40213-") && receipt.sourceNumber == number)
    #expect(ReceiptID("17-0-40213-0000000000000001")?.sourceNumber == nil)
  }
}
