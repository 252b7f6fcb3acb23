import Foundation
import LodgingDomain
import Testing

@testable import LodgingService

@Suite("Which establishments chains may speak for")
struct ChainBookTests {
  private let path = NSTemporaryDirectory() + "lodging-chains-" + String(UInt64.random(in: 0 ... .max), radix: 36)

  private func write(_ text: String) throws { try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic) }

  @Test("A file that breaks or goes while it is in use leaves what it said in force, and is a fault until it is mended")
  func broken() throws {
    defer { try? FileManager.default.removeItem(atPath: path) }
    let log = TestLog()
    try write(#"{"acme": ["HN-0001"]}"#)
    let book = try ChainBook(path: path, logger: log.logger, interval: .zero)
    let inn = try EstablishmentID("HN-0001")
    #expect(book.establishments(of: "acme") == [inn] && book.fault == nil)
    try write(#"{"acme": ["HN-0001", "#)
    #expect(book.establishments(of: "acme") == [inn])
    #expect(book.fault?.contains(path) == true)
    #expect(book.establishments(of: "acme") == [inn] && log.lines.count == 1, "\(log.lines)")
    try write(#"{"acme": ["HN-0001"], "acme": ["HN-0002"]}"#)
    #expect(book.establishments(of: "acme") == [inn] && book.fault?.contains("acme stands there twice") == true)
    try FileManager.default.removeItem(atPath: path)
    #expect(book.establishments(of: "acme") == [inn] && book.fault != nil)
    try write(#"{"acme": ["HN-0001", "HN-0002"]}"#)
    #expect(book.establishments(of: "acme").count == 2 && book.fault == nil)
  }
}
