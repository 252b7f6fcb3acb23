extension ImportError {
  /// What is wrong and what to do about it, in English.
  package var english: String {
    switch self {
    case .unreadable: "The file cannot be opened or read; check that it exists and that you may read it."
    case .notAFile: "This is a folder or a device and not a file; give the path of a file."
    case .empty: "The file is empty; export it again."
    case .unknownFormat:
      "The file is none of the known kinds; say which one it is with --format, or export the sheet of 19 columns as CSV in UTF-8."
    case .notThisFormat(let expected, let found): "The file is not \(expected.english); it is \(found.english). \(found.fix)"
    case .wrongTemplate(let columns, let expected):
      "No row at the beginning of the file has the \(expected) columns of the citizens' sheet (the first one has \(columns)); use the template, and comma, semicolon or tab between columns."
    case .wrongHeadings(let expected):
      "The first row must have these \(expected.count) headings in this order: \(expected.joined(separator: ",")); add them or use the template, with comma, semicolon or tab between columns."
    case .encoding(let fault, let line): "\(fault.english) (line \(line)). \(fault.fix)"
    case .truncated(let row): "The file ends in the middle\(Self.at(row, "of row")); it was probably cut off. Export or copy it again."
    case .malformed(let structure, let line): "\(structure.english) is damaged\(Self.at(line, "at line")). Export or copy the file again."
    case .documentType:
      "The XML has a document type or an entity of its own; such files are never read, because they can name other files. Remove the DOCTYPE and its entities."
    case .wrongRoot: "The outermost element of the XML is not KHAI_BAO_TAM_TRU; this is no foreigners' declaration."
    case .encrypted: "The file is protected by a password; save it without one."
    case .tooLarge(let bound, let row): "\(bound.english)\(Self.at(row, "at row")). \(bound.fix)"
    }
  }

  private static func at(_ number: Int?, _ words: String) -> String {
    number.map { " \(words) \($0)" } ?? ""
  }
}

extension ImportFormat {
  fileprivate var english: String {
    switch self {
    case .citizensCSV: "a citizens' sheet as CSV"
    case .citizensXLSX: "a workbook (.xlsx)"
    case .foreignersXML: "a foreigners' declaration in XML"
    case .qr: "a list of QR texts"
    case .mrz: "a list of machine-readable zones"
    }
  }
}

extension ImportError.FoundFormat {
  fileprivate var english: String {
    switch self {
    case .readable(let format): format.english
    case .compoundFile: "a workbook of the old kind (.xls) or one with a password"
    case .archive: "a zip archive without a workbook in it"
    case .xml: "XML"
    case .other: "something else"
    }
  }

  fileprivate var fix: String {
    switch self {
    case .readable, .xml: "Leave out --format, or name the right one."
    case .compoundFile: "Save it as .xlsx without a password, or as CSV in UTF-8."
    case .archive: "Unpack it and import the file in it."
    case .other: "Name the right format, or export the file again."
    }
  }
}

extension ImportError.EncodingFault {
  fileprivate var english: String {
    switch self {
    case .legacy: "The text is in an old encoding (Windows-1258, TCVN3/ABC or VNI)"
    case .damaged: "The text has bytes that are no characters of its encoding"
    case .binary: "This is binary data and not text"
    case .utf32: "The text is in UTF-32"
    }
  }

  fileprivate var fix: String {
    switch self {
    case .legacy, .utf32: "Save it as UTF-8: in Excel choose \"CSV UTF-8\"; convert texts in TCVN3 or VNI fonts to Unicode first."
    case .damaged: "Export or copy it again, as UTF-8."
    case .binary: "Choose another file, or say with --format what it is."
    }
  }
}

extension ImportError.Structure {
  fileprivate var english: String {
    switch self {
    case .archive: "The archive of the workbook"
    case .workbook: "The inside of the workbook"
    case .xml: "The XML"
    case .csv: "The CSV text"
    }
  }
}

extension ImportError.Bound {
  fileprivate var english: String {
    switch self {
    case .file: "The file is too large"
    case .field: "A field has no end"
    case .rows: "The file has too many rows"
    case .archiveDirectory: "The archive lists too many files"
    case .unzipped: "The workbook is too large when unpacked"
    case .sharedStrings: "The workbook has too many texts"
    case .xmlDepth: "The XML is nested too deeply"
    case .xmlToken: "A tag of the XML is too long"
    }
  }

  fileprivate var fix: String {
    switch self {
    case .file, .rows: "Divide it into several files."
    case .field: "Look for a quotation mark that is not closed."
    case .archiveDirectory, .xmlDepth, .xmlToken: "This is no file of the declared kind; export it again."
    case .unzipped, .sharedStrings: "Divide it, or save it as CSV in UTF-8."
    }
  }
}
