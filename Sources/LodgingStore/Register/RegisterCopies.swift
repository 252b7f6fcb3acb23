import Foundation
import LodgingDomain
import LodgingPipeline

/// Copies of the register, some hours old, to fold on from after the ledger lost what the register stands on.
///
/// A copy is one moment of the whole register, its positions included. It gets its name when it is complete and on the disk; an
/// interrupted one is removed by the next. Two are kept, so beside the register there are at most two files of its size, and a third while
/// it is made. They lie in `copies/` of the register's folder and can be removed at any time: without one all is folded again.
package struct RegisterCopies: Sendable {
  /// When copies are made.
  package struct Settings: Sendable {
    /// Hours between two copies.
    package var hours: Int64 = 6
    /// Entries from which on a register is worth a copy; fewer are folded again in a second or two.
    package var entriesMin: Int64 = 20_000
    /// How many copies are kept.
    package var kept = 2

    /// The defaults.
    package init() {}
  }

  private let folder: String
  private let register: String
  private let settings: Settings

  private static let prefix = "register-"
  private static let suffix = ".sqlite"
  private static let unfinished = ".new"

  init(register: String, settings: Settings) {
    self.register = register
    self.settings = settings
    folder = URL(fileURLWithPath: register).deletingLastPathComponent().appendingPathComponent("copies").path
  }

  /// A copy with the time at which it was made.
  struct Copy: Hashable {
    var path: String
    var time: Instant
  }

  /// The copies, the newest first.
  func list() -> [Copy] {
    names().compactMap { name -> Copy? in
      guard name.hasPrefix(Self.prefix), name.hasSuffix(Self.suffix) else { return nil }
      let time = Int64(name.dropFirst(Self.prefix.count).dropLast(Self.suffix.count))
      return time.map { Copy(path: "\(folder)/\(name)", time: Instant(milliseconds: $0)) }
    }.sorted { $0.time > $1.time }
  }

  /// Whether a register of so many entries should be copied now; a clock that was set back makes it so.
  func isDue(at now: Instant, entries: Int64) -> Bool {
    guard entries >= settings.entriesMin else { return false }
    guard let newest = list().first else { return true }
    return newest.time > now || newest.time.adding(hours: settings.hours) <= now
  }

  /// Copies the register as it is now, while others go on writing to it, and removes what is too many.
  ///
  /// Throws ``StoreError`` where the disk has no room for it, or SQLite fails; the copies before stay.
  func make(at now: Instant) throws {
    try OwnerOnly.makeFolder(folder)
    for name in names() where name.hasSuffix(Self.unfinished) { unlink("\(folder)/\(name)") }
    try checkRoom()
    let path = "\(folder)/\(Self.prefix)\(now.milliseconds)\(Self.suffix)"
    let draft = path + Self.unfinished
    try DatabaseCopy.make(of: register, to: draft)
    guard rename(draft, path) == 0 else { throw unusable(path) }
    try RawFile(path: folder, flags: O_RDONLY | O_DIRECTORY).sync()
    for old in list().dropFirst(settings.kept) { unlink(old.path) }
  }

  /// Removes all copies.
  func removeAll() throws {
    guard FileManager.default.fileExists(atPath: folder) else { return }
    try FileManager.default.removeItem(atPath: folder)
  }

  private func names() -> [String] { (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] }

  /// A copy must not take the room that the log needs: as much as it takes must be free after it.
  private func checkRoom() throws {
    var disk = statvfs()
    guard let size = FileStamp.of(path: register)?.byteCount, statvfs(folder, &disk) == 0 else { throw unusable(folder) }
    let free = UInt64(disk.f_bavail) * UInt64(disk.f_frsize)
    guard free >= 2 * UInt64(size) else {
      throw StoreError(
        code: .full, path: folder, detail: "\(free / 1_048_576) MiB are free, the register has \(size / 1_048_576)",
        remedy: StoreRemedy.copies.ifDamaged)
    }
  }

  private func unusable(_ path: String) -> StoreError {
    StoreError(code: .unusable, path: path, detail: RawFile.text(ofErrno: errno), remedy: StoreRemedy.copies.ifDamaged)
  }
}
