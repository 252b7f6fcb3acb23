import LodgingDomain

/// Changes that no file holds yet, in memory, over the files; the last change of a resident counts.
///
/// It is a value: a batch of look-ups works on the overlay as it was when the batch began. Cut into shards, so that a change that arrives
/// meanwhile copies a small part of it only.
package struct ResidentOverlay: Sendable {
  private var persons = Shards()
  private var documents = Shards()
  /// The offset after the last change that was applied; changes before it are in the overlay or in the files.
  package private(set) var position: Int64
  /// Which loads every node is to hold, where the topic said so beside the changes.
  package internal(set) var loadsDue: [UInt64]?

  /// Makes an empty overlay.
  ///
  /// - Parameter position: The offset of the first change that will be applied, which is what the files hold.
  package init(position: Int64 = 0) { self.position = position }

  /// Whether no resident differs from the files.
  package var isEmpty: Bool { persons.count == 0 }

  /// The number of residents that differ from the files.
  package var count: Int { persons.count }

  /// Applies a change; one below ``position`` was applied before and is passed over.
  ///
  /// - Parameters:
  ///   - change: The change.
  ///   - offset: Its offset in the topic.
  package mutating func apply(_ change: ResidentChange, at offset: Int64) {
    guard offset >= position else { return }
    position = offset + 1
    switch change {
    case .put(let entry):
      persons[entry.key] = Item(row: entry.personRow, offset: offset)
      if let row = entry.documentRow { documents[row.key] = Item(row: row, offset: offset) }
    case .delete(let key):
      persons[key] = Item(row: .deletion(of: key), offset: offset)
    }
  }

  /// Forgets the changes that files hold now.
  ///
  /// - Parameter offset: Changes up to, but not including, this offset are in the files.
  package mutating func forget(before offset: Int64) {
    persons.remove { $0.offset < offset }
    documents.remove { $0.offset < offset }
    position = max(position, offset)
  }

  /// Stands at another offset: beyond records that are no change, or at the end of a topic that lost its own.
  mutating func move(to offset: Int64) { position = offset }

  /// The changes as rows, in no order.
  var rows: (persons: [DirectoryRow], documents: [DirectoryRow]) { (persons.rows, documents.rows) }

  /// The row of a person; a deletion is a row.
  func person(_ key: UInt64) -> DirectoryRow? { persons[key]?.row }

  /// The row of a document.
  func document(_ key: UInt64) -> DirectoryRow? { documents[key]?.row }

  private struct Item {
    var row: DirectoryRow
    var offset: Int64
  }

  /// Items by key, in 256 dictionaries by the first byte of the key.
  private struct Shards {
    private var shards = [[UInt64: Item]](repeating: [:], count: 256)
    private(set) var count = 0

    var rows: [DirectoryRow] { shards.flatMap { $0.values.map(\.row) } }

    subscript(key: UInt64) -> Item? {
      get { shards[Int(key >> 56)][key] }
      set {
        let former = shards[Int(key >> 56)].count
        shards[Int(key >> 56)][key] = newValue
        count += shards[Int(key >> 56)].count - former
      }
    }

    mutating func remove(where condition: (Item) -> Bool) {
      for index in shards.indices where shards[index].values.contains(where: condition) {
        shards[index] = shards[index].filter { !condition($0.value) }
      }
      count = shards.reduce(0) { $0 + $1.count }
    }
  }
}
