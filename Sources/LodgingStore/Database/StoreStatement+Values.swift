import GRDB
import LodgingDomain
import LodgingPipeline
import LodgingWire

extension StoreStatement {
  // MARK: Binding

  func bind(_ value: Int, at place: CInt) { bind(Int64(value), at: place) }

  func bind(_ value: Bool, at place: CInt) { bind(value ? 1 as Int64 : 0, at: place) }

  func bind(_ value: some RawRepresentable<UInt8>, at place: CInt) { bind(Int64(value.rawValue), at: place) }

  func bind(_ value: Instant?, at place: CInt) {
    if let value { bind(value.milliseconds, at: place) } else { bindNull(at: place) }
  }

  func bind(_ value: CivilDate?, at place: CInt) {
    if let value { bind(value.daysSinceEpoch, at: place) } else { bindNull(at: place) }
  }

  func bind(_ value: CodeSet, at place: CInt) { bind(Int64(bitPattern: value.rawValue), at: place) }

  func bind(_ value: KeyMonth, at place: CInt) { bind(Int64(value.index), at: place) }

  func bind(_ value: CommuneCode, at place: CInt) { bind(Int64(value.number), at: place) }

  func bind(_ value: String, at place: CInt) {
    var copy = value
    copy.withUTF8 { bind(text: UnsafeRawBufferPointer($0), at: place) }
  }

  func bind(_ value: EstablishmentID, at place: CInt) { value.withUTF8 { bind(text: $0, at: place) } }

  /// Sixteen bytes, big-endian, so that rows lie in the order of identifiers.
  func bind(_ value: EventID?, at place: CInt) {
    guard let value else { return bindNull(at: place) }
    withUnsafeBytes(of: (value.high.bigEndian, value.low.bigEndian)) { bind(blob: $0, at: place) }
  }

  func bind(_ value: Digest128, at place: CInt) { value.withBytes { bind(blob: $0, at: place) } }

  // MARK: Reading

  func int(_ column: CInt, as type: Int.Type) -> Int { Int(int(column)) }

  func flag(_ column: CInt) -> Bool { int(column) != 0 }

  func instant(_ column: CInt) -> Instant { Instant(milliseconds: int(column)) }

  func optionalInstant(_ column: CInt) -> Instant? { isNull(column) ? nil : instant(column) }

  func optionalDate(_ column: CInt) -> CivilDate? { isNull(column) ? nil : CivilDate(daysSinceEpoch: Int(int(column))) }

  func codes(_ column: CInt) -> CodeSet { CodeSet(rawValue: UInt64(bitPattern: int(column))) }

  func text(_ column: CInt) -> String { String(decoding: bytes(column), as: UTF8.self) }

  func month(_ column: CInt) throws -> KeyMonth { KeyMonth(index: try unsigned(column)) }

  func unsigned(_ column: CInt) throws -> UInt32 {
    guard let value = UInt32(exactly: int(column)) else { throw StoredValueError("a number is out of range") }
    return value
  }

  func value<Value: RawRepresentable<UInt8>>(_ column: CInt, as type: Value.Type) throws -> Value {
    guard let value = UInt8(exactly: int(column)).flatMap(Value.init(rawValue:)) else {
      throw StoredValueError("no \(type) has the number \(int(column))")
    }
    return value
  }

  func commune(_ column: CInt) throws -> CommuneCode {
    guard let code = CommuneCode(number: try unsigned(column)) else { throw StoredValueError("a commune is out of range") }
    return code
  }

  func establishment(_ column: CInt) throws -> EstablishmentID {
    guard let id = try? EstablishmentID(utf8: bytes(column)) else { throw StoredValueError("an establishment's id is malformed") }
    return id
  }

  func event(_ column: CInt) throws -> EventID {
    let bytes = bytes(column)
    guard bytes.count == 16 else { throw StoredValueError("an event's id has \(bytes.count) bytes") }
    return EventID(
      high: UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
      low: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
  }

  func optionalEvent(_ column: CInt) throws -> EventID? { isNull(column) ? nil : try event(column) }

  func digest(_ column: CInt) throws -> Digest128 {
    guard let digest = Digest128(bytes: bytes(column)) else { throw StoredValueError("a digest has \(bytes(column).count) bytes") }
    return digest
  }
}
