import GRDB

/// Why a file of the store did not do what it was asked; says whose fault it is and what helps.
///
/// It names the file and SQLite's own code and message, and never a value that was stored.
public struct StoreError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What went wrong.
  public let code: Code
  /// The path of the file.
  public let path: String
  /// What SQLite or the reader of a value said.
  public let detail: String
  /// What helps, for an operator.
  public let remedy: String

  /// The kinds of failure.
  public enum Code: Hashable, Sendable, CaseIterable {
    /// The file is no database, or what it holds contradicts itself: it must be made anew.
    case damaged
    /// The disk or the file's size limit is full: make room, then try again.
    case full
    /// Another process holds the file for too long: try again.
    case busy
    /// The file or its folder cannot be read or written: permissions, a missing folder, a failing disk.
    case unusable
    /// A later version of the software wrote the file.
    case newerFormat
    /// Another process has moved the file on since this one looked: read its position again and go on from there.
    case overtaken
    /// A defect of this software.
    case defect
  }

  /// Whether the same call may succeed later without anything being mended in the file.
  public var isRetryable: Bool { code == .busy || code == .full }

  /// What happened and what helps, in one line.
  public var description: String {
    let problem =
      switch code {
      case .damaged: "is damaged"
      case .full: "cannot grow: the disk is full"
      case .busy: "is held by another process"
      case .unusable: "cannot be read or written"
      case .newerFormat: "was written by a later version of this software"
      case .overtaken: "was moved on by another process"
      case .defect: "could not be used because of a defect"
      }
    return "\(path) \(problem) (\(detail)). \(remedy)"
  }
}

/// A stored value that is not of the form that this software writes, or rows that contradict each other.
struct StoredValueError: Error {
  var detail: String

  init(_ detail: String) { self.detail = detail }
}

/// A caller who gave what the port does not allow.
struct ContractViolation: Error {
  var detail: String

  init(_ detail: String) { self.detail = detail }
}

extension StoreError {
  /// Says what an error inside an access to a file means; nil for errors that come from elsewhere.
  init?(_ error: any Error, path: String, remedy: StoreRemedy) {
    switch error {
    case let error as StoredValueError:
      self.init(code: .damaged, path: path, detail: error.detail, remedy: remedy.ifDamaged)
    case let error as ContractViolation:
      self.init(code: .defect, path: path, detail: error.detail, remedy: Code.defect.advice)
    case let error as DatabaseError:
      let code = error.saysDiskIsFull ? .full : Code(error.resultCode)
      self.init(
        code: code, path: path, detail: "SQLite \(error.extendedResultCode.rawValue): \(error.message ?? "no message")",
        remedy: code == .damaged ? remedy.ifDamaged : code.advice)
    default:
      return nil
    }
  }
}

extension StoreError {
  /// An error that nobody here knows.
  static func unexpected(_ error: any Error, path: String) -> StoreError {
    StoreError(code: .defect, path: path, detail: "\(type(of: error))", remedy: Code.defect.advice)
  }
}

/// What helps where a file is damaged.
struct StoreRemedy: Sendable {
  var ifDamaged: String

  /// The register's tables are a fold of the ledger.
  static let register = StoreRemedy(
    ifDamaged: "It is only a fold of the ledger, nothing is lost: `lodging rebuild` makes it anew.")
  /// So is the id index.
  static let ids = StoreRemedy(
    ifDamaged: "It is only a fold of the ledger, nothing is lost: remove the file, the validator makes it anew.")
  /// Copies only save time.
  static let copies = StoreRemedy(
    ifDamaged: "It only saves time after the ledger lost its tail: make room, or remove the folder of copies.")
  /// Marks are found again in the ledger; the setting is not.
  static let retention = StoreRemedy(
    ifDamaged: "It only says how long decided events are kept: remove the file, and set the days again unless the default will do.")
  /// The journal counts attempts and nothing else.
  static let attempts = StoreRemedy(
    ifDamaged: "It only counts attempts to decide an event, nothing is lost: remove the file.")
}

extension StoreError.Code {
  fileprivate init(_ code: ResultCode) {
    switch code {
    case .SQLITE_CORRUPT, .SQLITE_NOTADB: self = .damaged
    case .SQLITE_FULL: self = .full
    case .SQLITE_BUSY, .SQLITE_LOCKED: self = .busy
    case .SQLITE_IOERR, .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH: self = .unusable
    // A constraint that breaks means that what is stored is not what the ledger's history left.
    case .SQLITE_CONSTRAINT: self = .damaged
    default: self = .defect
    }
  }

  /// What helps, where the file itself has nothing better to say.
  var advice: String {
    switch self {
    case .damaged, .newerFormat: "Use the version of the software that wrote it."
    case .full: "Make room and try again; nothing of the failed write is there."
    case .busy: "Try again."
    case .unusable: "Check the disk and the permissions of the file and its folder."
    case .overtaken: "Read its position again and go on from there."
    case .defect: "Please report it."
    }
  }
}
