/// What the relations and the list of sheets of a workbook say (ECMA-376, parts 1 and 2).
struct WorkbookLayout: Equatable {
  /// The part that holds the first sheet that is shown.
  var sheet: String
  /// The part that holds the shared strings, where there is one.
  var sharedStrings: String?
  /// The part that holds the cell formats, where there is one.
  var styles: String?
  /// Whether dates count from 1904 and not from 1900.
  var countsFrom1904: Bool

  /// Reads the layout.
  ///
  /// - Returns: The layout; nil where the archive holds no workbook.
  /// - Throws: `ImportError.malformed(.workbook)` where a part that is named does not exist; what the archive and the XML throw.
  static func read(_ archive: ZipArchive, limits: ImportLimits) throws(ImportError) -> WorkbookLayout? {
    let root = try Relations.read(archive, of: "", limits: limits)
    let workbook = root.first(ofKind: "officeDocument") ?? "xl/workbook.xml"
    guard let part = try archive.part(workbook) else { return nil }
    let sheets = SheetList()
    try part.parse(sheets, bytesMax: limits.smallPartBytesMax, limits: limits)
    guard sheets.isWorkbook else { return nil }
    let relations = try Relations.read(archive, of: workbook, limits: limits)
    guard let id = sheets.chosen, let sheet = relations.targets[id]?.part else { throw .malformed(.workbook, line: nil) }
    return WorkbookLayout(
      sheet: sheet, sharedStrings: relations.first(ofKind: "sharedStrings"), styles: relations.first(ofKind: "styles"),
      countsFrom1904: sheets.countsFrom1904)
  }
}

/// The list of sheets in the workbook's main part.
private final class SheetList: SAXHandler {
  var isWorkbook = false
  var countsFrom1904 = false
  private var firstShown: String?
  private var first: String?

  /// The relation of the first sheet that is shown, or of the first one where all are hidden.
  var chosen: String? { firstShown ?? first }

  func elementStarted(_ name: String, _ attributes: SAXAttributes) {
    switch name {
    case "workbook": isWorkbook = true
    case "workbookPr": countsFrom1904 = ["1", "true", "on"].contains(attributes["date1904"] ?? "")
    case "sheet":
      guard let id = attributes["id"] else { return }
      if first == nil { first = id }
      if firstShown == nil, attributes["state"].map({ $0 == "visible" }) ?? true { firstShown = id }
    default: break
    }
  }

  func elementEnded(_ name: String) {}
  func text(_ bytes: UnsafeBufferPointer<UInt8>) {}
}

/// The relations of one part of a package.
private final class Relations: SAXHandler {
  private(set) var targets: [String: (kind: String, part: String)] = [:]
  private let folder: String

  private init(folder: String) { self.folder = folder }

  /// Reads the relations of a part, or of the whole package for an empty name; none where there is no such list.
  static func read(_ archive: ZipArchive, of part: String, limits: ImportLimits) throws(ImportError) -> Relations {
    let slash = part.lastIndex(of: "/")
    let folder = slash.map { String(part[..<$0]) } ?? ""
    let file = slash.map { String(part[part.index(after: $0)...]) } ?? part
    let relations = Relations(folder: folder)
    let name = (folder.isEmpty ? "" : folder + "/") + "_rels/" + file + ".rels"
    if let list = try archive.part(name) {
      try list.parse(relations, bytesMax: limits.smallPartBytesMax, limits: limits)
    }
    return relations
  }

  /// The target of the relation whose type ends in a word; the order of the file does not matter.
  func first(ofKind kind: String) -> String? {
    targets.values.filter { $0.kind == kind }.map(\.part).min()
  }

  func elementStarted(_ name: String, _ attributes: SAXAttributes) throws(ImportError) {
    guard name == "Relationship", attributes["TargetMode"] != "External", let id = attributes["Id"], let target = attributes["Target"],
      let type = attributes["Type"]
    else { return }
    let kind = type.split(separator: "/").last.map(String.init) ?? ""
    targets[id] = (kind, resolve(target))
  }

  func elementEnded(_ name: String) {}
  func text(_ bytes: UnsafeBufferPointer<UInt8>) {}

  private func resolve(_ target: String) -> String {
    var path = target.hasPrefix("/") ? [] : folder.split(separator: "/").map(String.init)
    for step in target.split(separator: "/") where step != "." {
      if step == ".." { _ = path.popLast() } else { path.append(String(step)) }
    }
    return path.joined(separator: "/")
  }
}

extension ZipPart {
  /// Reads a part to its end and tells a handler what it says.
  ///
  /// - Parameters:
  ///   - handler: Who is told.
  ///   - bytesMax: The most that is unpacked.
  ///   - limits: The bounds of XML.
  /// - Throws: `ImportError.tooLarge(.unzipped)`; `.malformed(.workbook)` for XML that ends too soon; what archive, XML and handler throw.
  func parse(_ handler: any SAXHandler, bytesMax: Int, limits: ImportLimits) throws(ImportError) {
    let reader = PartReader(self, handler, limits: limits)
    var total = 0
    while true {
      let count = try reader.step()
      guard count > 0 else { return }
      total += count
      guard total <= bytesMax else { throw .tooLarge(.unzipped, row: nil) }
    }
  }
}

/// Unpacks a part piece by piece into an XML parser.
struct PartReader {
  private let part: ZipPart
  private let parser: SAXParser

  init(_ part: ZipPart, _ handler: any SAXHandler, limits: ImportLimits) {
    self.part = part
    parser = SAXParser(handler, limits: limits)
  }

  /// Reads one piece.
  ///
  /// - Returns: The number of bytes unpacked; 0 at the end of the part, which is then known to be complete.
  func step() throws(ImportError) -> Int {
    var buffer = [UInt8](repeating: 0, count: SAXParser.inputBytesMax)
    let count = try part.read(into: &buffer)
    do throws(ImportError) {
      if count > 0 { try parser.feed(buffer[..<count]) } else { try parser.finish() }
    } catch {
      throw error.inWorkbook
    }
    return count
  }
}

extension ImportError {
  /// The same error told about the XML inside a workbook, of which the user knows nothing.
  fileprivate var inWorkbook: ImportError {
    switch self {
    case .malformed(.xml, _), .encoding, .truncated, .empty: .malformed(.workbook, line: nil)
    default: self
    }
  }
}
