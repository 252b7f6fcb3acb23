import Foundation
import GRDB
import Glibc
package import LodgingDomain

extension RegisterStore {
  /// Where a register is folded before it is put in force; nobody reads there.
  private static let draftFolder = "rebuild"

  /// Makes an empty register beside the one in force; what an interrupted process left there is removed.
  ///
  /// One process at a time may do so. Throws ``StoreError``, and what the system says where the rest cannot be removed.
  package static func makeDraft(directory: String, catalogue: UnitCatalogue) throws -> RegisterStore {
    try removeDraft(directory: directory)
    return try RegisterStore(directory: "\(directory)/\(draftFolder)", catalogue: catalogue)
  }

  /// Removes the draft of a folder, whatever state it is in.
  package static func removeDraft(directory: String) throws {
    let path = "\(directory)/\(draftFolder)"
    if FileManager.default.fileExists(atPath: path) { try FileManager.default.removeItem(atPath: path) }
  }

  /// Closes a draft and puts it in force; copies of the register before are removed.
  ///
  /// A register that is whole gets the draft's rows in one transaction, so that whoever has it open goes on with it and sees either the one
  /// or the other. One that is missing or damaged is replaced by the draft's file, which is complete and on the disk by then.
  ///
  /// Nobody else may fold meanwhile. Throws ``StoreError``, and the system's errors; the register before is in force then.
  package static func putInForce(_ draft: RegisterStore, directory: String) throws {
    let path = "\(directory)/\(fileName)"
    let made = draft.file.path
    try draft.file.close()
    try RawFile(path: made, flags: O_RDONLY).sync()
    try RegisterCopies(register: path, settings: RegisterCopies.Settings()).removeAll()
    if try !fill(directory: directory, from: made, catalogue: draft.catalogue) {
      // A write-ahead log that was another file's must not be taken for this one's.
      for suffix in ["-wal", "-shm"] { unlink(path + suffix) }
      guard rename(made, path) == 0 else {
        throw StoreError(
          code: .unusable, path: path, detail: RawFile.text(ofErrno: errno), remedy: StoreError.Code.unusable.advice)
      }
      try RawFile(path: directory, flags: O_RDONLY | O_DIRECTORY).sync()
    }
    try removeDraft(directory: directory)
  }

  /// Gives a folder's register the rows of another one; false, with nothing changed, where it is missing, damaged or of a later form.
  private static func fill(directory: String, from made: String, catalogue: UnitCatalogue) throws -> Bool {
    let path = "\(directory)/\(fileName)"
    guard let stamp = FileStamp.of(path: path), stamp.byteCount > 0 else { return false }
    do {
      guard try DatabaseCopy.fault(of: path) == nil else { return false }
      try RegisterStore(directory: directory, catalogue: catalogue).replace(by: made)
      return true
    } catch let error as StoreError where error.code == .damaged || error.code == .newerFormat {
      return false
    }
  }
}
