import Dispatch
import Foundation
import LodgingDomain
import LodgingFiles
import LodgingStore
import LodgingWire
import Synchronization

/// Makes the directory's entries of a file's rows on all cores, and hands them on in the order of the rows.
///
/// Making an entry costs more than reading its row, so rows are gathered into batches that are worked off elsewhere while the caller reads
/// on. Where too many are under way it waits for the oldest; memory stays within a few megabytes.
final class EntryLine {
  private let key: SipKey
  private let handOn: (DirectoryEntry) throws -> Void
  /// The rows that no batch has yet.
  private var filling = Batch.Content()
  private let batches: [Batch]
  /// How many batches were begun, and how many of them were handed on.
  private var begun = 0
  private var ended = 0

  private static let batchRows = 1024

  /// Makes a line without rows.
  ///
  /// - Parameters:
  ///   - key: The directory's key.
  ///   - handOn: Takes each entry, on the thread that adds rows.
  init(key: SipKey, handOn: @escaping (DirectoryEntry) throws -> Void) {
    self.key = key
    self.handOn = handOn
    // Queues of its own: those of the process may all be taken.
    let queues = (0..<ProcessInfo.processInfo.activeProcessorCount).map { DispatchQueue(label: "lodging.residents-\($0)") }
    batches = (0..<4 * queues.count).map { Batch(on: queues[$0 % queues.count]) }
  }

  /// Adds a row; throws what handing on an earlier one throws, and the line is of no use then.
  func add(_ row: borrowing ResidentRow) throws {
    filling.add(row)
    if filling.count == Self.batchRows { try begin() }
  }

  /// Hands on all entries that are left.
  func finish() throws {
    if filling.count > 0 { try begin() }
    while ended < begun { try end() }
  }

  private func begin() throws {
    if begun - ended == batches.count { try end() }
    batches[begun % batches.count].begin(&filling, key: key)
    begun += 1
  }

  private func end() throws {
    ended += 1
    try batches[(ended - 1) % batches.count].end(handOn)
  }
}

/// Rows whose entries are made together.
private final class Batch: Sendable {
  /// Rows, and the entries that were made of them.
  struct Content: Sendable {
    private var names: [UInt8] = []
    private var rows: [(details: ResidentDetails, nameEnd: Int)] = []
    private(set) var entries: [DirectoryEntry] = []

    var count: Int { rows.count }

    mutating func add(_ row: borrowing ResidentRow) {
      names.append(contentsOf: row.fullName)
      rows.append((row.details, names.count))
    }

    mutating func makeEntries(key: SipKey) {
      var fingerprints = DirectoryFingerprints(key: key)
      names.withUnsafeBytes { names in
        var start = 0
        for (details, end) in rows {
          entries.append(DirectoryEntry(details, name: UnsafeRawBufferPointer(rebasing: names[start..<end]), &fingerprints))
          start = end
        }
      }
    }

    mutating func removeAll() {
      names.removeAll(keepingCapacity: true)
      rows.removeAll(keepingCapacity: true)
      entries.removeAll(keepingCapacity: true)
    }
  }

  private let content = Mutex(Content())
  private let isDone = DispatchSemaphore(value: 0)
  private let queue: DispatchQueue

  init(on queue: DispatchQueue) { self.queue = queue }

  /// Takes rows over, leaves emptied buffers in their place, and makes the entries elsewhere.
  func begin(_ filled: inout Content, key: SipKey) {
    content.withLock { swap(&$0, &filled) }
    queue.async {
      self.content.withLock { $0.makeEntries(key: key) }
      self.isDone.signal()
    }
  }

  /// Waits for the entries, hands them on and forgets them.
  func end(_ handOn: (DirectoryEntry) throws -> Void) throws {
    isDone.wait()
    try content.withLock { content in
      for entry in content.entries { try handOn(entry) }
      content.removeAll()
    }
  }
}

extension DirectoryEntry {
  /// A resident as the directory keeps one.
  init(_ details: ResidentDetails, name: UnsafeRawBufferPointer, _ fingerprints: inout DirectoryFingerprints) {
    let (birthDate, sex) = (details.birthDate, details.sex)
    let key = fingerprints.rowKey(of: details.number)
    let person = fingerprints.person(row: key, utf8Name: name, birthDate: birthDate, sex: sex)
    self.init(key: key, person: person, status: details.status)
    guard let number = details.documentNumber else { return }
    let documentKey = fingerprints.rowKey(ofDocument: number.text)
    document = Document(
      key: documentKey, person: fingerprints.person(row: documentKey, utf8Name: name, birthDate: birthDate, sex: sex))
  }
}
