import Foundation
import LodgingDomain

@testable import LodgingFiles

/// What reading a whole file gave: the rows, and the error that ended it early.
struct ReadFile {
  var format: ImportFormat?
  var rows: [ImportedRow] = []
  var remarks: [ImportRemark] = []
  var error: ImportError?

  /// Reads a file to its end.
  init(_ source: any ByteSource, format: ImportFormat? = nil, name: String = "", limits: ImportLimits = .standard) {
    do throws(ImportError) {
      let reader = try ImportReader(source, format: format, today: .testDay, name: name, limits: limits)
      self.format = reader.format
      defer { remarks = reader.remarks }
      while let row = try reader.next() { rows.append(row) }
    } catch {
      self.error = error
    }
  }

  init(_ text: String, format: ImportFormat? = nil, limits: ImportLimits = .standard) {
    self.init(MemoryByteSource(Array(text.utf8)), format: format, limits: limits)
  }

  init(_ bytes: [UInt8], format: ImportFormat? = nil, limits: ImportLimits = .standard) {
    self.init(MemoryByteSource(bytes), format: format, limits: limits)
  }

  /// The draft of the first row, or an empty one.
  var first: GuestDraft { rows.first?.draft ?? GuestDraft(guestKind: .citizen) }
}

extension CivilDate {
  /// The day that tests take for today.
  static let testDay = CivilDate(daysSinceEpoch: 20_778)
}

extension GuestDraft {
  /// The problems as `field code`, in order.
  var told: [String] { problems.map { "\($0.field.name) \($0.code.name)" } }
}

/// Text in UTF-16.
func utf16(_ text: String, bigEndian: Bool = false, mark: Bool = true) -> [UInt8] {
  let units = (mark ? [0xFEFF] : []) + Array(text.utf16)
  return units.flatMap { unit in
    let bytes = [UInt8(truncatingIfNeeded: unit), UInt8(truncatingIfNeeded: unit >> 8)]
    return bigEndian ? bytes.reversed() : bytes
  }
}

/// A file of the folder `samples`.
func sample(_ name: String) throws -> [UInt8] {
  try repositoryFile("samples/" + name)
}

/// A file by its path from the root of the repository.
func repositoryFile(_ path: String) throws -> [UInt8] {
  let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../..").standardized
  return Array(try Data(contentsOf: root.appendingPathComponent(path)))
}

/// The heading of the citizens' sheet, which may say anything.
let citizenHeading = (1...19).map { "Cột \($0)" }

/// The nineteen cells of a guest without fault.
let citizenCells = [
  "1", "Nguyễn Văn An", "14/03/1985", "M", "VNM - Việt Nam", "1 - Thẻ căn cước", "", "001085000001", "0900000001", "1 - Thường trú",
  "01 - Hà Nội", "00070 - Hoàn Kiếm", "Số 1 phố Mẫu", "20/11/2026", "22/11/2026", "101", "1 - Du lịch", "", "ghi chú",
]

/// A citizens' sheet as text, with some cells of its guest replaced.
func citizensCSV(_ changes: [Int: String] = [:], separator: String = ";") -> String {
  var cells = citizenCells
  for (column, text) in changes { cells[column - 1] = text }
  return [citizenHeading, cells].map { $0.joined(separator: separator) }.joined(separator: "\r\n") + "\r\n"
}
