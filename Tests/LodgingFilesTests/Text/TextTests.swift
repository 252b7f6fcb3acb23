import Foundation
import Testing

@testable import LodgingFiles

@Suite struct TextTests {
  /// Reads all lines, and the error that ended them.
  private func lines(_ source: any ByteSource, limits: ImportLimits = .standard) -> (lines: [TextLine], error: ImportError?) {
    var lines: [TextLine] = []
    do throws(ImportError) {
      var reader = try LineReader(source: source, limits: limits)
      while let line = try reader.next() { lines.append(line) }
      return (lines, nil)
    } catch {
      return (lines, error)
    }
  }

  private func texts(_ bytes: [UInt8]) -> [String] {
    lines(MemoryByteSource(bytes)).lines.map(\.text)
  }

  @Test func `UTF-8 and UTF-16 with and without mark give the same text`() {
    let text = "Nguyễn Văn An;1\r\nĐỗ Thị Ý 𠮷;2"
    let expected = ["Nguyễn Văn An;1", "Đỗ Thị Ý 𠮷;2"]
    #expect(texts(Array(text.utf8)) == expected)
    #expect(texts([0xEF, 0xBB, 0xBF] + Array(text.utf8)) == expected)
    for bigEndian in [false, true] {
      for mark in [false, true] {
        #expect(texts(utf16(text, bigEndian: bigEndian, mark: mark)) == expected)
      }
    }
  }

  @Test func `Characters that fall on the border of two pieces survive`() {
    let text = String(repeating: "ễ", count: 50_000) + "𠮷"
    let limits = {
      var limits = ImportLimits.standard
      limits.lineBytesMax = 1 << 20
      return limits
    }()
    for bytes in [Array(("x" + text).utf8), utf16(text), Array(text.utf8)] {
      let read = lines(FragileByteSource(bytes), limits: limits)
      #expect(read.error == nil)
      #expect(read.lines.first?.text.hasSuffix(text) == true)
    }
  }

  @Test func `Lines end with LF, CR LF or CR, and blank ones count`() {
    let read = lines(MemoryByteSource(Array("a\r\n\r\nb\rc\n\nd".utf8))).lines
    #expect(read.map(\.number) == [1, 2, 3, 4, 5, 6])
    #expect(read.map(\.text) == ["a", "", "b", "c", "", "d"])
  }

  @Test func `A line beyond its bound is cut and marked`() {
    var limits = ImportLimits.standard
    limits.lineBytesMax = 8
    let read = lines(MemoryByteSource(Array("12345678\n123456789\nx".utf8)), limits: limits).lines
    #expect(read.map(\.isTooLong) == [false, true, false])
    #expect(read[1].text == "12345678")
  }

  @Test func `Text of an old encoding is named as such before the first line`() {
    // "Nguyễn" in Windows-1258: base letters with combining marks of one byte each.
    let read = lines(MemoryByteSource(Array("a;b\n".utf8) + [0x4E, 0x67, 0x75, 0x79, 0xEA, 0xDE, 0x6E, 0x0A]))
    #expect(read.lines.isEmpty)
    #expect(read.error == .encoding(.legacy, line: 2))
  }

  @Test func `Bytes that are no UTF-8 among others that are make damaged text, with their line`() {
    let read = lines(MemoryByteSource(Array("Đỗ\n\nLý ".utf8) + [0xFF] + Array("x\n".utf8)))
    #expect(read.error == .encoding(.damaged, line: 3))
  }

  @Test func `Lines before a fault far into the file are handed out first`() {
    let good = String(repeating: "dòng\n", count: 20_000)
    let read = lines(MemoryByteSource(Array(good.utf8) + [0xC3, 0x28]))
    #expect(read.lines.count >= 20_000)
    #expect(read.error == .encoding(.damaged, line: 20_001))
  }

  @Test func `A lone surrogate is damage`() {
    #expect(lines(MemoryByteSource(utf16("ab") + [0x00, 0xD8, 0x41, 0x00])).error == .encoding(.damaged, line: 1))
  }

  @Test func `A text cut within a character is truncated`() {
    #expect(lines(MemoryByteSource(Array("Đỗ".utf8.dropLast()))).error == .truncated(row: nil))
    #expect(lines(MemoryByteSource(Array(utf16("Đỗ").dropLast()))).error == .truncated(row: nil))
  }

  @Test func `Binary data and UTF-32 are no text`() {
    #expect(lines(MemoryByteSource([1, 2, 0, 0, 0, 9, 0, 7, 5])).error == .encoding(.binary, line: 1))
    #expect(lines(MemoryByteSource(Array(repeating: 0, count: 4096))).error == .encoding(.binary, line: 1))
    #expect(lines(MemoryByteSource(Array(repeating: UInt8(ascii: "a"), count: 5000) + [0])).error == .encoding(.binary, line: 1))
    #expect(lines(MemoryByteSource([0xFF, 0xFE, 0, 0, 0x41, 0, 0, 0])).error == .encoding(.utf32, line: 1))
  }

  @Test func `An empty file is an error of its own`() {
    #expect(lines(MemoryByteSource([])).error == .empty)
  }

  @Test func `An error of the source passes through`() {
    let read = lines(FragileByteSource(Array(repeating: UInt8(ascii: "\n"), count: 100_000), failingAt: 90_000))
    #expect(read.error == .unreadable(errno: 5))
  }
}

@Suite struct FileByteSourceTests {
  private func temporaryPath() -> String {
    FileManager.default.temporaryDirectory.appendingPathComponent("lodging-files-\(UInt64.random(in: 0...UInt64.max))").path
  }

  @Test func `A file is read at any offset`() throws {
    let path = temporaryPath()
    try Data("0123456789".utf8).write(to: URL(fileURLWithPath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    let source = try FileByteSource(path: path)
    #expect(source.byteCount == 10)
    #expect(try source.bytes(at: 4, count: 3) == Array("456".utf8))
    #expect(try source.bytes(at: 8, count: 30) == Array("89".utf8))
    #expect(try source.bytes(at: 30, count: 1).isEmpty)
  }

  @Test func `A pipe is read as if it were a file, within the bound`() async throws {
    let path = temporaryPath()
    #expect(mkfifo(path, 0o600) == 0)
    defer { try? FileManager.default.removeItem(atPath: path) }
    let text = Data(String(repeating: "dòng\n", count: 40_000).utf8)
    for (bytesMax, expected) in [(1 << 20, ImportError?.none), (1 << 16, .tooLarge(.file, row: nil))] {
      // Opening a pipe waits for its other end, and the writer is cut off where the bound is passed.
      signal(SIGPIPE, SIG_IGN)
      let writer = Thread { if let end = FileHandle(forWritingAtPath: path) { try? end.write(contentsOf: text) } }
      writer.start()
      var limits = ImportLimits.standard
      limits.fileBytesMax = bytesMax
      do throws(ImportError) {
        let source = try FileByteSource(path: path, limits: limits)
        #expect(expected == nil)
        #expect(try source.bytes(at: 0, count: 1 << 20) == Array(text))
      } catch {
        #expect(error == expected)
      }
    }
  }

  @Test func `What is no file is refused`() {
    #expect(throws: ImportError.unreadable(errno: ENOENT)) { try FileByteSource(path: temporaryPath()) }
    #expect(throws: ImportError.notAFile) { try FileByteSource(path: FileManager.default.temporaryDirectory.path) }
  }
}
