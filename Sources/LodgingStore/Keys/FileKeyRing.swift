import Foundation
public import LodgingDomain
public import LodgingPipeline
public import LodgingWire
import Synchronization

/// The register's keys in one file, for one machine or for nodes that share a folder.
///
/// The file is JSON, readable and writable by its owner alone, which is checked whenever it is read. It is replaced as a whole and
/// durably, under a lock, so that several processes may make months at the same time and an interrupted one leaves the old file or the
/// new one. Reading asks memory; ``reloadIfChanged()`` takes over what another process wrote.
///
/// Whoever has this file can read every identity of the months in it, and without it nobody can: **back it up apart from the data, and
/// destroy months in the backups too.** ``destroy(_:at:)`` overwrites the file's old bytes in place before it ends, which reaches neither
/// backups nor snapshots of a file system, nor the spare blocks of a solid-state disk; keep the file on an encrypted volume whose key can
/// be changed, or use an external key service, where that matters.
public final class FileKeyRing: KeyRing {
  /// The file's usual name in a data folder.
  public static let fileName = "keys.json"
  /// Days after a month's end in which events that were sealed in it are accepted, unless said otherwise.
  public static let offlineAllowanceDays = 7

  /// Where the file is.
  public let path: String
  private let state: Mutex<State>

  private struct State {
    var contents: KeyRingContents
    var stamp: PrivateFile.Stamp
  }

  /// Makes a new ring with keys of its own; no month has a key yet.
  ///
  /// - Parameters:
  ///   - path: Where the file is to be; its folder must exist.
  ///   - offlineAllowanceDays: Days after a month's end in which events that were sealed in it are accepted, 0 to 366.
  /// - Returns: The ring, which is on disk.
  /// - Throws: `KeyRingError.exists` where there is a file already, or `.failed`.
  public static func create(at path: String, offlineAllowanceDays: Int = offlineAllowanceDays) throws(KeyRingError) -> FileKeyRing {
    let file = PrivateFile(path: path)
    return try withWriteLock(path: path) { () throws(KeyRingError) in
      guard access(path, F_OK) != 0 else { throw .exists(path: path) }
      let contents = KeyRingContents.new(offlineAllowanceDays: max(0, min(366, offlineAllowanceDays)))
      return FileKeyRing(path: path, state: State(contents: contents, stamp: try save(contents, to: file, wipingOld: false)))
    }
  }

  /// Opens a ring; what an interrupted process left of older ones is overwritten and removed.
  ///
  /// - Parameter path: Where the file is.
  /// - Throws: `KeyRingError`, `.openToOthers` in particular.
  public convenience init(opening path: String) throws(KeyRingError) {
    let file = PrivateFile(path: path)
    self.init(path: path, state: try Self.load(file))
    guard file.hasLeftovers else { return }
    try withWriteLock(path: path) { () throws(KeyRingError) in try file.finishReplacing() }
  }

  /// Opens a ring to read it, and changes nothing in its folder: what an interrupted process left of older ones stays.
  ///
  /// - Parameter path: Where the file is.
  /// - Throws: `KeyRingError`, `.openToOthers` in particular.
  public convenience init(reading path: String) throws(KeyRingError) {
    self.init(path: path, state: try Self.load(PrivateFile(path: path)))
  }

  /// Opens the ring, or makes one where there is none; processes that do so at the same moment end with the same ring.
  ///
  /// - Parameter path: Where the file is or is to be; its folder must exist.
  /// - Returns: The ring.
  /// - Throws: `KeyRingError`.
  public static func openOrCreate(at path: String) throws(KeyRingError) -> FileKeyRing {
    do {
      return try FileKeyRing(opening: path)
    } catch .notFound {
      do {
        return try create(at: path)
      } catch .exists {
        return try FileKeyRing(opening: path)
      }
    }
  }

  private init(path: String, state: sending State) {
    self.path = path
    self.state = Mutex(state)
  }

  // MARK: Asking

  /// The ledger that the ring belongs to.
  public var ledgerID: LedgerID { state.withLock { $0.contents.ledgerID } }

  /// The chain key that ledgers go on with, the newest of the file.
  public var currentChainKey: ChainKey { state.withLock { $0.contents.chainKeys[$0.contents.chainKeys.count - 1] } }

  /// The chain key that the file was made with.
  public var firstChainKey: ChainKey { state.withLock { $0.contents.chainKeys[0] } }

  /// A chain key by the id that a genesis or rekey entry names; nil where the ring has none.
  ///
  /// One that memory does not have is looked for in the file first: another process may have made it a moment ago.
  public func chainKey(_ id: UInt32) -> SipKey? {
    if let known = knownChainKey(id) { return known }
    // A file that cannot be read now says nothing more than memory does.
    guard (try? reloadIfChanged()) == true else { return nil }
    return knownChainKey(id)
  }

  private func knownChainKey(_ id: UInt32) -> SipKey? {
    state.withLock { state in state.contents.chainKeys.first { $0.id == id }?.key }
  }

  /// The ids of all chain keys, the current one last.
  public var chainKeyIDs: [UInt32] { state.withLock { $0.contents.chainKeys.map(\.id) } }

  /// The key of the resident directory's fingerprints.
  public var directoryKey: SipKey { state.withLock { $0.contents.directoryKey } }

  /// The key with which imports derive an event's id from its content.
  public var eventIDKey: SipKey { state.withLock { $0.contents.eventIDKey } }

  /// The key that signs receipts now.
  public var receiptKey: ReceiptKey { state.withLock { $0.contents.receiptKeys[$0.contents.receiptKeys.count - 1] } }

  /// The public keys with which receipts are verified, the newest first.
  public var receiptKeySet: JSONWebKeySet {
    JSONWebKeySet(keys: state.withLock { $0.contents.receiptKeys.map(\.publicKey).reversed() })
  }

  /// The secret keys of a month; nil where the month was never made or is destroyed.
  public func keys(of month: KeyMonth) -> MonthKeys? { state.withLock { $0.contents.months[month]?.secret } }

  /// The months whose secret keys the ring has, in the order of time.
  public var secretMonths: [KeyMonth] {
    state.withLock { state in state.contents.months.filter { $0.value.secret != nil }.map(\.key) }.sorted()
  }

  /// What may be done with a month's key at a time.
  ///
  /// A month that memory does not have is looked for in the file before it is called unknown: another process may have made it a moment
  /// ago and sealed to it.
  public func standing(of month: KeyMonth, at time: Instant) -> MonthStanding {
    if let known = self.month(month) { return known.standing(at: time) }
    // A file that cannot be read now says nothing more than memory does.
    guard (try? reloadIfChanged()) == true else { return .unknown }
    return self.month(month)?.standing(at: time) ?? .unknown
  }

  /// What everybody may know of each month, in the order of time; destroyed ones stay in the list.
  public var months: [KeyRingMonth] {
    state.withLock { $0.contents.months.values.map(\.told) }.sorted { $0.month < $1.month }
  }

  /// What everybody may know of one month; nil where it was never made.
  public func month(_ month: KeyMonth) -> KeyRingMonth? { state.withLock { $0.contents.months[month]?.told } }

  // MARK: Changing

  /// The key that senders seal to at a time, made now if the month has none.
  ///
  /// - Parameter time: The time; its local month counts.
  /// - Returns: The month with its public key.
  /// - Throws: `KeyRingError.monthDestroyed` where that month's key is gone, and what reading and writing the file may throw.
  public func currentMonth(at time: Instant) throws(KeyRingError) -> KeyRingMonth {
    let month = KeyMonth(containing: time)
    var told = self.month(month)
    if told == nil { told = try change { contents throws(KeyRingError) in contents.making(month) } }
    guard let told, told.destroyed == nil else { throw .monthDestroyed(month) }
    return told
  }

  /// Makes the key of the month after the current one now, so that senders can fetch it early; does nothing where it exists.
  ///
  /// - Parameter time: The time; its local month is the current one.
  /// - Returns: The next month with its public key.
  /// - Throws: What reading and writing the file may throw.
  public func rotate(at time: Instant) throws(KeyRingError) -> KeyRingMonth {
    let month = KeyMonth(containing: time)
    return try change { contents throws(KeyRingError) in
      _ = contents.making(month)
      return contents.making(month.next)
    }
  }

  /// Makes the chain key that ledgers are to go on with, unless a newer one than `known` is there already.
  ///
  /// Earlier ones stay: the audit needs them for what was written under them. A ledger comes to the new key by a rekey entry.
  ///
  /// - Parameter known: The id of the key that the ledgers are under.
  /// - Returns: The newest chain key.
  /// - Throws: What reading and writing the file may throw.
  public func rotateChainKey(after known: UInt32) throws(KeyRingError) -> ChainKey {
    try change { contents throws(KeyRingError) in contents.makingChainKey(after: known) }
  }

  /// Destroys the secret keys of a month: everything that was sealed, fingerprinted or digested under them is unreadable from then on.
  ///
  /// Whether open stays or holds are under the month is the caller's to ask first. When this returns, the file on disk holds the month's
  /// public key and dates alone, and the bytes of the file before it are overwritten.
  ///
  /// - Parameters:
  ///   - month: The month.
  ///   - now: The time.
  /// - Returns: What is left of the month.
  /// - Throws: `KeyRingError.stillAccepting` before the end of acceptance, which nothing overrides; `.monthUnknown`, `.monthDestroyed`,
  ///   and what
  ///   reading and writing the file may throw.
  public func destroy(_ month: KeyMonth, at now: Instant) throws(KeyRingError) -> KeyRingMonth {
    try change(wipingOld: true) { contents throws(KeyRingError) in try contents.destroy(month, at: now) }
  }

  /// Takes over what another process wrote, if the file has changed since it was read.
  ///
  /// - Returns: Whether it had changed.
  /// - Throws: `KeyRingError`; the ring goes on with what it had.
  public func reloadIfChanged() throws(KeyRingError) -> Bool {
    let file = PrivateFile(path: path)
    let stamp = try file.stamp()
    guard state.withLock({ $0.stamp }) != stamp else { return false }
    try adopt(try Self.load(file))
    return true
  }

  private func change<Result>(
    wipingOld: Bool = false, _ body: (inout KeyRingContents) throws(KeyRingError) -> Result
  ) throws(KeyRingError) -> Result {
    let file = PrivateFile(path: path)
    return try withWriteLock(path: path) { () throws(KeyRingError) in
      var newest = try Self.load(file)
      let result = try body(&newest.contents)
      newest.stamp = try Self.save(newest.contents, to: file, wipingOld: wipingOld)
      try adopt(newest)
      return result
    }
  }

  private func adopt(_ newest: State) throws(KeyRingError) {
    try state.withLock { state throws(KeyRingError) in
      guard state.contents.ledgerID == newest.contents.ledgerID else {
        throw .malformed(path: path, reason: "it belongs to another ledger")
      }
      state = newest
    }
  }

  // MARK: The file

  private static func load(_ file: PrivateFile) throws(KeyRingError) -> State {
    var (bytes, stamp) = try file.read()
    // A file that was replaced and wiped while it was read is read again under its name.
    while try file.stamp() != stamp { (bytes, stamp) = try file.read() }
    return State(contents: try contents(of: bytes, path: file.path), stamp: stamp)
  }

  private static func contents(of bytes: Data, path: String) throws(KeyRingError) -> KeyRingContents {
    let decoder = JSONDecoder()
    guard let version = try? decoder.decode(KeyRingVersion.self, from: bytes) else {
      throw .malformed(path: path, reason: "no JSON object of that kind")
    }
    guard version.format == KeyRingDocument.newestFormat else {
      throw .malformed(path: path, reason: "format \(version.format) is not known")
    }
    guard let document = try? decoder.decode(KeyRingDocument.self, from: bytes) else {
      throw .malformed(path: path, reason: "a field is missing or of another kind")
    }
    do {
      return try document.contents()
    } catch {
      throw .malformed(path: path, reason: "\(error.field) is not as it must be")
    }
  }

  private static func save(_ contents: KeyRingContents, to file: PrivateFile, wipingOld: Bool) throws(KeyRingError) -> PrivateFile.Stamp {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    guard let bytes = try? encoder.encode(KeyRingDocument(contents)) else {
      throw .failed(path: file.path, operation: "encode", reason: "the keys have no JSON form")
    }
    return try file.replace(with: bytes, wipingOld: wipingOld)
  }
}

/// The one field that every version of the file has.
private struct KeyRingVersion: Decodable {
  var format: Int
}
