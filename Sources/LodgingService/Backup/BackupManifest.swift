import Foundation

/// What a backup holds, so that a restore can tell whether it is whole; written last, as `backup.json`.
struct BackupManifest: Codable, Equatable, Sendable {
  /// A file of the backup.
  struct File: Codable, Equatable, Sendable {
    /// Its path from the folder.
    var path: String
    var bytes: Int
    /// SHA-256, in hexadecimal; nil for a database that derives from the logs, which is changed by being opened: its pages are checked, and
    /// what it holds by the audit.
    var sha256: String?

    /// Whether a file is the one that was backed up, as far as its bytes tell.
    func isSame(_ other: File) -> Bool { sha256 == nil || (bytes == other.bytes && sha256 == other.sha256) }

    /// Holds a file of the backup's folder, as `read` finds it, against what was backed up.
    ///
    /// Throws ``ServiceError/damagedBackup(_:)`` where the path leads out of the folder, or the file is gone or another one, and what `read`
    /// throws besides.
    func check(_ read: () throws -> File) throws {
      guard !path.hasPrefix("/"), !path.split(separator: "/").contains("..") else {
        throw ServiceError.damagedBackup("it names a file outside of its folder")
      }
      do {
        guard isSame(try read()) else { throw ServiceError.damagedBackup("\(path) is not what was backed up") }
      } catch let error as POSIXError where error.code == .ENOENT {
        throw ServiceError.damagedBackup("\(path) is missing")
      }
    }
  }

  /// The version of this form.
  var format = Self.newestFormat
  /// The ledger that the backup is of.
  var ledger: String
  /// When it was begun, RFC 3339; everything that was acknowledged before is in it.
  var begun: String
  /// Everything but the key ring, which is not changed by being used.
  var files: [File]

  static let newestFormat = 1
  static let fileName = "backup.json"

  /// Reads the manifest of a backup's folder.
  ///
  /// Throws ``ServiceError/noBackup(_:)`` where there is none that this program can read.
  init(of folder: String) throws {
    guard let data = FileManager.default.contents(atPath: "\(folder)/\(Self.fileName)"),
      let manifest = try? JSONDecoder().decode(BackupManifest.self, from: data), manifest.format == Self.newestFormat
    else { throw ServiceError.noBackup(folder) }
    self = manifest
  }

  init(ledger: String, begun: String, files: [File]) {
    (self.ledger, self.begun, self.files) = (ledger, begun, files)
  }

  /// Writes it into a folder.
  func write(to folder: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let path = "\(folder)/\(Self.fileName)"
    guard FileManager.default.createFile(atPath: path, contents: try encoder.encode(self)) else { throw UnfinishedFolder.failure() }
  }
}
