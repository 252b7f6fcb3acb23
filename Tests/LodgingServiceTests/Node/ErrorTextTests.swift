import Foundation
import LodgingFiles
import Testing

@testable import LodgingService

@Suite("Errors are told in words")
struct ErrorTextTests {
  @Test("What the system refused names the file and the reason, whatever Foundation calls it")
  func system() throws {
    let calls: [(String, () throws -> Void)] = [
      ("/nowhere/file", { _ = try String(contentsOfFile: "/nowhere/file", encoding: .utf8) }),
      ("/proc/nowhere", { try FileManager.default.createDirectory(atPath: "/proc/nowhere", withIntermediateDirectories: true) }),
      ("/dev/null", { try FileManager.default.createDirectory(atPath: "/dev/null", withIntermediateDirectories: true) }),
      ("/proc", { _ = try String(contentsOfFile: "/proc", encoding: .utf8) }),
      ("/nowhere/x", { try Data().write(to: URL(fileURLWithPath: "/nowhere/x")) }),
    ]
    for (path, call) in calls {
      let error = #expect(throws: (any Error).self) { try call() }
      let text = ErrorText(try #require(error))
      #expect(text.english.contains(path) && text.vietnamese?.contains(path) == true, "\(text.english)")
      check(text)
      #expect(ErrorKind(try #require(error)) == .inputOrData)
    }
    check(ErrorText(POSIXError(.ENOSPC)))
    #expect(ErrorText(POSIXError(.ENOSPC)).english.contains("No space left on device"))
    check(ErrorText(NSError(domain: "Elsewhere", code: 7)))
  }

  @Test("An error without words is a defect to report, and no case of an enumeration reaches anybody")
  func defect() {
    let text = ErrorText(Wordless.case(secret: "001190000001"))
    #expect(text.english.contains("report it"))
    #expect(!text.english.contains("001190000001"))
    #expect(ErrorKind(Wordless.case(secret: "")) == .defect)
  }

  @Test("Wrong headings are told with those that are expected")
  func headings() {
    let text = ErrorText(ImportError.wrongHeadings(expected: ["id", "name"]))
    #expect(text.english.contains("id,name") && text.vietnamese?.contains("id,name") == true)
    #expect(text.code == "file.wrong-template")
  }

  @Test("What does not exist is nothing found, and no unreadable data")
  func notFound() {
    #expect(ErrorKind(ServiceError.notFound("there is no partition 99")) == .nothingFound)
  }

  private func check(_ text: ErrorText) {
    for words in ["Error Domain", "could not be completed", "Cocoa", "Code="] { #expect(!text.english.contains(words), "\(text.english)") }
  }

  private enum Wordless: Error {
    case `case`(secret: String)
  }
}
