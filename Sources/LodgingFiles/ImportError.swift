/// Why a file cannot be read, or cannot be read further.
///
/// Rows that were handed out before the error stand: whoever wants all or nothing reads the file twice. No case carries content of the
/// file, so a message may be shown and logged. All of them are the file's or the caller's fault; reading the same bytes again fails again,
/// except for `unreadable`.
package enum ImportError: Error, Hashable, Sendable {
  /// The system did not let us open or read the file; the number is the system's error.
  case unreadable(errno: Int32)
  /// The path names a folder or a device and not a file.
  case notAFile
  /// There is no byte in the file, or nothing but white space.
  case empty
  /// None of the formats was recognised.
  case unknownFormat
  /// The file is not what it was said to be.
  case notThisFormat(expected: ImportFormat, found: FoundFormat)
  /// A sheet in which no row has the number of columns that the template has.
  case wrongTemplate(columns: Int, expected: Int)
  /// A table whose first row does not have these headings, in this order.
  case wrongHeadings(expected: [String])
  /// The bytes are not text in UTF-8 or UTF-16; the line counts from 1.
  case encoding(EncodingFault, line: Int)
  /// The file ends in the middle of something; the row, where one is known, counts data rows from 1.
  case truncated(row: Int?)
  /// The file's structure is damaged; the line, where one is known, counts from 1.
  case malformed(Structure, line: Int?)
  /// XML with a document type or an entity of its own, which is never read because it can name other files and grow without end.
  case documentType
  /// The outermost element of an XML file is not the one of a foreigners' declaration.
  case wrongRoot
  /// The file is protected by a password.
  case encrypted
  /// A bound of ``ImportLimits`` is exceeded; the row, where one is known, counts data rows from 1.
  case tooLarge(Bound, row: Int?)

  /// What a file of the wrong format seems to be.
  package enum FoundFormat: Hashable, Sendable {
    /// One of the formats that can be read.
    case readable(ImportFormat)
    /// A workbook of the years before 2007 (`.xls`), or one with a password: both lie in the same container.
    case compoundFile
    /// A zip archive that holds no workbook.
    case archive
    /// XML of another kind.
    case xml
    /// Something else.
    case other
  }

  /// What is wrong with the bytes of a text.
  package enum EncodingFault: Hashable, Sendable {
    /// A one-byte encoding of former years: Windows-1258, TCVN3 (ABC), VNI.
    case legacy
    /// Text in UTF-8 or UTF-16 with bytes in it that are none.
    case damaged
    /// Binary data.
    case binary
    /// UTF-32, which nobody writes on purpose.
    case utf32
  }

  /// The structure that is damaged.
  package enum Structure: Hashable, Sendable {
    /// The zip archive of a workbook.
    case archive
    /// The parts of a workbook.
    case workbook
    /// XML that is not well formed.
    case xml
    /// Separated columns.
    case csv
  }

  /// The bounds of ``ImportLimits``.
  package enum Bound: Hashable, Sendable {
    /// `fileBytesMax`.
    case file
    /// `fieldBytesMax`.
    case field
    /// `rowsMax`.
    case rows
    /// `archiveDirectoryBytesMax`.
    case archiveDirectory
    /// `unzippedBytesMax`, `smallPartBytesMax` and `cellFormatsMax`.
    case unzipped
    /// `sharedStringBytesMax` and `sharedStringsMax`.
    case sharedStrings
    /// `xmlDepthMax`.
    case xmlDepth
    /// `xmlAttributesMax`, `xmlTokenBytesMax` and `xmlNamesBytesMax`.
    case xmlToken
  }
}

extension ImportError {
  /// The stable name of the case, for machines.
  package var name: String {
    switch self {
    case .unreadable: "file.unreadable"
    case .notAFile: "file.not-a-file"
    case .empty: "file.empty"
    case .unknownFormat: "file.unknown-format"
    case .notThisFormat: "file.wrong-format"
    case .wrongTemplate, .wrongHeadings: "file.wrong-template"
    case .encoding: "file.encoding"
    case .truncated: "file.truncated"
    case .malformed: "file.malformed"
    case .documentType: "file.document-type"
    case .wrongRoot: "file.wrong-root"
    case .encrypted: "file.encrypted"
    case .tooLarge: "file.too-large"
    }
  }
}
