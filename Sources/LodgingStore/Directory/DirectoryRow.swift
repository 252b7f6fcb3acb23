import LodgingDomain

/// A row of one of the directory's two tables, persons and documents.
struct DirectoryRow: Hashable, Sendable {
  /// The fingerprint of the number that the row is found by; never 0.
  var key: UInt64
  /// In a person's row the key of the document on record, or 0; in a document's row the key of its holder.
  ///
  /// A document's row counts only while its holder's row links back to it, so that a document that was replaced is unknown at once. Of
  /// several residents with the same document the one that was loaded last decides.
  var link: UInt64
  /// The person, bound to the number that the row is found by.
  var person: PersonFingerprints
  /// A raw value of ``ResidentStatus``, or ``deleted``.
  ///
  /// The status of a document's row is not used: the holder's is.
  var status: UInt8

  /// The status of a row that says that there is no such resident any more; only in a delta.
  static let deleted: UInt8 = 0

  /// A row that takes away the one below it.
  static func deletion(of key: UInt64) -> DirectoryRow {
    DirectoryRow(key: key, link: 0, person: PersonFingerprints(), status: deleted)
  }
}

/// The fixed form of a row in files: 48 bytes of details, little-endian; with the key before them 56.
extension DirectoryRow {
  static let detailBytes = 48
  static let recordBytes = 56

  /// Reads the details that stand at an address.
  init(key: UInt64, details: UnsafeRawPointer) {
    self.key = key
    link = Self.load(details, 0)
    status = details.load(fromByteOffset: 44, as: UInt8.self)
    person = PersonFingerprints(at: details + 8)
  }

  /// Reads a record.
  init(record: UnsafeRawPointer) {
    self.init(key: Self.load(record, 0), details: record + 8)
  }

  /// Writes the details to ``detailBytes`` bytes.
  func store(detailsTo address: UnsafeMutableRawPointer) {
    Self.store(link, address, 0)
    person.store(to: address + 8)
    Self.store(UInt32(status), address, 44)
  }

  /// Writes the record to ``recordBytes`` bytes.
  func store(recordTo address: UnsafeMutableRawPointer) {
    Self.store(key, address, 0)
    store(detailsTo: address + 8)
  }

  fileprivate static func load<Value: FixedWidthInteger>(_ address: UnsafeRawPointer, _ offset: Int) -> Value {
    Value(littleEndian: address.loadUnaligned(fromByteOffset: offset, as: Value.self))
  }

  fileprivate static func store(_ value: some FixedWidthInteger, _ address: UnsafeMutableRawPointer, _ offset: Int) {
    address.storeBytes(of: value.littleEndian, toByteOffset: offset, as: type(of: value))
  }
}

/// The fixed form of a person: 36 bytes, little-endian.
extension PersonFingerprints {
  static let storedBytes = 36

  init(at address: UnsafeRawPointer) {
    self.init()
    exactName = DirectoryRow.load(address, 0)
    foldedName = DirectoryRow.load(address, 4)
    sortedName = DirectoryRow.load(address, 8)
    words.0 = DirectoryRow.load(address, 12)
    words.1 = DirectoryRow.load(address, 14)
    words.2 = DirectoryRow.load(address, 16)
    words.3 = DirectoryRow.load(address, 18)
    words.4 = DirectoryRow.load(address, 20)
    words.5 = DirectoryRow.load(address, 22)
    words.6 = DirectoryRow.load(address, 24)
    words.7 = DirectoryRow.load(address, 26)
    birthDay = DirectoryRow.load(address, 28)
    birthMonth = DirectoryRow.load(address, 30)
    birthYear = DirectoryRow.load(address, 32)
    sex = DirectoryRow.load(address, 34)
  }

  func store(to address: UnsafeMutableRawPointer) {
    DirectoryRow.store(exactName, address, 0)
    DirectoryRow.store(foldedName, address, 4)
    DirectoryRow.store(sortedName, address, 8)
    DirectoryRow.store(words.0, address, 12)
    DirectoryRow.store(words.1, address, 14)
    DirectoryRow.store(words.2, address, 16)
    DirectoryRow.store(words.3, address, 18)
    DirectoryRow.store(words.4, address, 20)
    DirectoryRow.store(words.5, address, 22)
    DirectoryRow.store(words.6, address, 24)
    DirectoryRow.store(words.7, address, 26)
    DirectoryRow.store(birthDay, address, 28)
    DirectoryRow.store(birthMonth, address, 30)
    DirectoryRow.store(birthYear, address, 32)
    DirectoryRow.store(sex, address, 34)
  }
}
