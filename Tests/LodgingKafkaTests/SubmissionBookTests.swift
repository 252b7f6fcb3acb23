import LodgingKafka
import LodgingPipeline
import Testing

struct SubmissionBookTests {
  private let first = TopicPartition(.ledger, 0)
  private let second = TopicPartition(.ledger, 1)

  private func tags(_ book: inout SubmissionBook) -> [UInt64] { book.takeComplete().map(\.tag) }

  @Test("A submission is complete with its last record, whose reports may come in any order")
  func completion() {
    var book = SubmissionBook()
    let number = book.open(first, tag: 9, records: 3)
    book.settle(token: book.token(of: number, 2)) { _ in .success(12) }
    book.settle(token: book.token(of: number, 0)) { _ in .success(10) }
    #expect(!book.hasComplete)
    book.settle(token: book.token(of: number, 1)) { _ in .success(11) }
    #expect(book.hasComplete)
    #expect(book.count == 1)
    let taken = book.takeComplete()
    #expect(taken.map(\.tag) == [9])
    #expect(taken.map(\.place) == [first])
    #expect(taken.map(\.result) == [.success([10, 11, 12])])
    #expect(book.count == 0)
  }

  @Test("Submissions of a partition are acknowledged in their order; another partition does not wait for them")
  func order() {
    var book = SubmissionBook()
    let numbers = (1...3).map { book.open(first, tag: $0, records: 1) }
    let other = book.open(second, tag: 4, records: 1)
    book.settle(token: book.token(of: numbers[2], 0)) { _ in .success(2) }
    book.settle(token: book.token(of: numbers[1], 0)) { _ in .success(1) }
    #expect(tags(&book) == [])
    book.settle(token: book.token(of: other, 0)) { _ in .success(0) }
    #expect(tags(&book) == [4])
    book.settle(token: book.token(of: numbers[0], 0)) { _ in .success(0) }
    #expect(tags(&book) == [1, 2, 3])
  }

  @Test("An empty submission is complete at once, or after those before it")
  func empty() {
    var book = SubmissionBook()
    _ = book.open(first, tag: 1, records: 0)
    #expect(tags(&book) == [1])
    let number = book.open(first, tag: 2, records: 1)
    _ = book.open(first, tag: 3, records: 0)
    #expect(tags(&book) == [])
    book.settle(token: book.token(of: number, 0)) { _ in .success(0) }
    #expect(tags(&book) == [2, 3])
  }

  @Test("One failed record fails its submission with the first error, or with the one that ends the appender")
  func failures() {
    func result(_ errors: [LogError]) -> Result<[Int64], LogError>? {
      var book = SubmissionBook()
      let number = book.open(first, tag: 1, records: errors.count + 1)
      for (index, error) in errors.enumerated() {
        book.settle(token: book.token(of: number, index)) { place in
          #expect(place == first)
          return .failure(error)
        }
      }
      book.settle(token: book.token(of: number, errors.count)) { _ in .success(5) }
      return book.takeComplete().first?.result
    }
    #expect(result([.unavailable("a"), .unavailable("b")]) == .failure(.unavailable("a")))
    #expect(result([.unavailable("a"), .fatal("b"), .unavailable("c"), .fatal("d")]) == .failure(.fatal("b")))
  }

  @Test("What was withdrawn or purged is gone, and late reports of it change nothing")
  func forgotten() {
    var book = SubmissionBook()
    let kept = book.open(first, tag: 1, records: 1)
    let withdrawn = book.open(first, tag: 2, records: 1)
    book.withdraw(withdrawn)
    book.settle(token: book.token(of: withdrawn, 0)) { _ in .success(0) }
    #expect(book.count == 1)

    var next = SubmissionBook(after: book)
    #expect(next.count == 0)
    let later = next.open(first, tag: 3, records: 1)
    next.settle(token: next.token(of: kept, 0)) { _ in .success(1) }
    #expect(!next.hasComplete)
    next.settle(token: next.token(of: later, 0)) { _ in .success(2) }
    #expect(next.takeComplete().map(\.result) == [.success([2])])
  }
}
