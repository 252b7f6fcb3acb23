import Glibc

/// Why the resident directory's files cannot be read or written.
///
/// No case holds anything of a resident.
package enum DirectoryError: Error, Hashable, Sendable {
  /// The file is not one of the resident directory: something else was put in its place.
  case foreign(file: String)
  /// The file was written by another edition of this software, with a format that this one does not know.
  case unknownFormat(file: String, format: UInt32)
  /// The file ends too early: it was not copied whole.
  case truncated(file: String, bytes: Int, expected: Int)
  /// The bytes are not those that were written: restore the file, or load the residents again.
  case damaged(file: String, part: Part)
  /// The file was made with another directory key than the one in use.
  case wrongKey(file: String)
  /// Another load is under way in this folder; wait for it.
  case busy
  /// More residents than one directory holds, ``DirectoryLimits/rowsMax``.
  case tooManyRows
  /// The system refused an operation.
  case system(operation: String, file: String, errno: Int32)

  /// Whether what the files held cannot be had from them any more, by this version or another one and with any key.
  package var isLoss: Bool {
    switch self {
    case .foreign, .truncated, .damaged: true
    case .system(_, _, let number): number == ENOENT
    case .unknownFormat, .wrongKey, .busy, .tooManyRows: false
    }
  }

  /// What of a file is damaged.
  package enum Part: Hashable, Sendable {
    /// The list of files that are in force.
    case list
    /// The first page.
    case header
    /// The table of checksums.
    case checksums
    /// A block of ``DirectoryLimits/blockBytes``, counted from 0 after the header.
    case block(Int)
  }
}

extension DirectoryError: CustomStringConvertible {
  /// One sentence for an operator: what is wrong and what to do.
  package var description: String {
    switch self {
    case .foreign(let file): "\(file) is not a resident directory file; remove the folder directory and load the residents again"
    case .unknownFormat(let file, let format): "\(file) has format \(format), which this version does not know"
    case .truncated(let file, let bytes, let expected):
      "\(file) has \(bytes) bytes where \(expected) were written: it was not copied whole; restore it or load the residents again"
    case .damaged(let file, let part): "\(file) is damaged (\(part.text)); restore it or load the residents again"
    case .wrongKey(let file):
      "\(file) was made with another directory key than the one in use; restore the key ring that belongs to this folder"
    case .busy: "another load of residents is under way in this folder"
    case .tooManyRows: "more than \(DirectoryLimits.rowsMax) residents do not fit into one directory"
    case .system("open", let file, ENOENT): "\(file) is missing; restore it or load the residents again"
    case .system(let operation, let file, let errno): "\(operation) failed on \(file): \(RawFile.text(ofErrno: errno))"
    }
  }
}

extension DirectoryError.Part {
  fileprivate var text: String {
    switch self {
    case .list: "the list of files"
    case .header: "the header"
    case .checksums: "the table of checksums"
    case .block(let index): "block \(index)"
    }
  }
}
