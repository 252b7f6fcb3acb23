import CZip

@testable import LodgingFiles

/// Makes zip archives with libzip.
enum ArchiveBuilder {
  /// The bytes of an archive with these parts.
  static func archive(_ parts: [(name: String, bytes: [UInt8])], method: Int32 = ZIP_CM_DEFLATE, encrypted: Bool = false) -> [UInt8] {
    guard let target = zip_source_buffer_create(nil, 0, 0, nil) else { return [] }
    zip_source_keep(target)
    defer { zip_source_free(target) }
    guard let archive = zip_open_from_source(target, ZIP_CREATE | ZIP_TRUNCATE, nil) else { return [] }
    var copies: [UnsafeMutableRawBufferPointer] = []
    defer { for copy in copies { copy.deallocate() } }
    for part in parts {
      let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, part.bytes.count), alignment: 1)
      copy.copyBytes(from: part.bytes)
      copies.append(copy)
      guard let source = zip_source_buffer(archive, copy.baseAddress, zip_uint64_t(part.bytes.count), 0) else { continue }
      let index = zip_file_add(archive, part.name, source, zip_flags_t(ZIP_FL_ENC_UTF_8))
      guard index >= 0 else { continue }
      zip_set_file_compression(archive, zip_uint64_t(index), method, 0)
      if encrypted { zip_file_set_encryption(archive, zip_uint64_t(index), zip_uint16_t(ZIP_EM_AES_256), "secret") }
    }
    guard zip_close(archive) == 0 else { return [] }
    return contents(of: target)
  }

  private static func contents(of source: OpaquePointer) -> [UInt8] {
    guard zip_source_open(source) == 0 else { return [] }
    defer { zip_source_close(source) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = buffer.withUnsafeMutableBytes { zip_source_read(source, $0.baseAddress, zip_uint64_t($0.count)) }
      guard count > 0 else { return bytes }
      bytes += buffer[..<Int(count)]
    }
  }
}

/// Makes workbooks part by part, so that a test can put anything in place of each.
struct WorkbookBuilder {
  /// A cell of the sheet.
  enum Cell {
    case shared(String)
    case inline(String)
    case number(String, format: Int = 0)
    case raw(String)
    case none
  }

  var rows: [[Cell]] = []
  var countsFrom1904 = false
  /// The state and name of each sheet; the guests are on the first one that is shown.
  var sheets: [(name: String, state: String)] = [("Danh sách", "visible")]
  /// Parts that replace what would be written.
  var replaced: [String: String] = [:]
  /// Parts that are left out.
  var omitted: Set<String> = []
  var method = ZIP_CM_DEFLATE
  var encrypted = false
  var numbersRows = true

  /// The formats of cells: 0 general, 1 a date, 2 a date and time of a code of its own, 3 text.
  static let styles = """
    <styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts count="1">\
    <numFmt numFmtId="170" formatCode="dd/mm/yyyy\\ hh:mm:ss"/></numFmts><cellStyleXfs count="1"><xf numFmtId="14"/></cellStyleXfs>\
    <cellXfs count="4"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="170"/><xf numFmtId="49"/></cellXfs></styleSheet>
    """

  /// The bytes of the workbook.
  func bytes() -> [UInt8] {
    var shared: [String] = []
    let sheet = sheetXML(&shared)
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    let relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    let package = "http://schemas.openxmlformats.org/package/2006/relationships"
    let shownIndex = sheets.firstIndex { $0.state == "visible" } ?? 0
    let sheetList = sheets.enumerated().map { index, sheet in
      "<sheet name=\"\(sheet.name)\" sheetId=\"\(index + 1)\" state=\"\(sheet.state)\" r:id=\"rId\(index + 1)\"/>"
    }
    let sheetRelations = sheets.indices.map { index in
      "<Relationship Id=\"rId\(index + 1)\" Type=\"\(relations)/worksheet\" Target=\"worksheets/sheet\(index + 1).xml\"/>"
    }
    var parts: [(String, String)] = [
      ("[Content_Types].xml", "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>"),
      (
        "_rels/.rels",
        "<Relationships xmlns=\"\(package)\"><Relationship Id=\"r1\" Type=\"\(relations)/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
      ),
      (
        "xl/workbook.xml",
        "<workbook xmlns=\"\(main)\" xmlns:r=\"\(relations)\"><workbookPr date1904=\"\(countsFrom1904 ? 1 : 0)\"/><sheets>\(sheetList.joined())</sheets></workbook>"
      ),
      (
        "xl/_rels/workbook.xml.rels",
        "<Relationships xmlns=\"\(package)\">\(sheetRelations.joined())"
          + "<Relationship Id=\"s\" Type=\"\(relations)/sharedStrings\" Target=\"/xl/sharedStrings.xml\"/>"
          + "<Relationship Id=\"f\" Type=\"\(relations)/styles\" Target=\"../xl/./styles.xml\"/>"
          + "<Relationship Id=\"x\" Type=\"\(relations)/styles\" Target=\"http://example.invalid/styles.xml\" TargetMode=\"External\"/></Relationships>"
      ),
      ("xl/sharedStrings.xml", "<sst xmlns=\"\(main)\">\(shared.map { "<si>\($0)</si>" }.joined())</sst>"),
      ("xl/styles.xml", Self.styles),
    ]
    for index in sheets.indices {
      parts.append(
        ("xl/worksheets/sheet\(index + 1).xml", index == shownIndex ? sheet : "<worksheet xmlns=\"\(main)\"><sheetData/></worksheet>"))
    }
    let kept = parts.filter { !omitted.contains($0.0) }.map { (name: $0.0, bytes: Array((replaced[$0.0] ?? $0.1).utf8)) }
    return ArchiveBuilder.archive(kept, method: method, encrypted: encrypted)
  }

  private func sheetXML(_ shared: inout [String]) -> String {
    var xml = "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>"
    for (rowIndex, row) in rows.enumerated() {
      xml += numbersRows ? "<row r=\"\(rowIndex + 1)\">" : "<row>"
      for (column, cell) in row.enumerated() {
        let place = numbersRows ? " r=\"\(Self.letters(column))\(rowIndex + 1)\"" : ""
        switch cell {
        case .shared(let text):
          xml += "<c\(place) t=\"s\"><v>\(shared.count)</v></c>"
          shared.append("<t>\(Self.escaped(text))</t>")
        case .inline(let text): xml += "<c\(place) t=\"inlineStr\"><is><t>\(Self.escaped(text))</t></is></c>"
        case .number(let text, let format): xml += "<c\(place) s=\"\(format)\"><v>\(text)</v></c>"
        case .raw(let cell): xml += cell
        case .none: if !numbersRows { xml += "<c/>" }
        }
      }
      xml += "</row>"
    }
    return xml + "</sheetData></worksheet>"
  }

  static func letters(_ column: Int) -> String {
    let letter = String(UnicodeScalar(UInt8(65 + column % 26)))
    return column < 26 ? letter : letters(column / 26 - 1) + letter
  }

  static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
  }
}

/// A workbook with a heading and one guest without fault, of which some cells are replaced.
func citizensWorkbook(_ changes: [Int: WorkbookBuilder.Cell] = [:]) -> WorkbookBuilder {
  var cells = citizenCells.map { $0.isEmpty ? WorkbookBuilder.Cell.none : .shared($0) }
  for (column, cell) in changes { cells[column - 1] = cell }
  var workbook = WorkbookBuilder()
  workbook.rows = [citizenHeading.map { .inline($0) }, cells]
  return workbook
}
