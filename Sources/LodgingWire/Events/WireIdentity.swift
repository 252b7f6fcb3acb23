public import LodgingDomain

/// A guest's identity to and from bytes, as `schemas/lodging/v1/event.proto` says: the plaintext of a sealed identity.
public enum WireIdentity: Sendable {
  /// The plaintext that senders make is a multiple of this many bytes, so that its length tells little of the name and the address.
  public static let paddedBytes = 64

  /// Reads an identity; texts come out in Unicode NFC.
  ///
  /// - Parameter bytes: The message, with or without padding.
  /// - Returns: The identity.
  /// - Throws: `WireError`; the identity is then unreadable for good.
  public static func decode(_ bytes: UnsafeRawBufferPointer) throws(WireError) -> GuestIdentity {
    var reader = WireReader(bytes)
    var parts = GuestIdentityParts()
    try parts.read(&reader)
    return try parts.identity()
  }

  /// Appends an identity; texts are put into Unicode NFC.
  ///
  /// - Parameters:
  ///   - identity: The identity.
  ///   - padded: Whether to pad to a multiple of ``paddedBytes``, as is done before sealing.
  ///   - bytes: The buffer to append to.
  /// - Throws: `WireError.tooLong` with the field that no reader would take; nothing is appended then.
  public static func encode(_ identity: GuestIdentity, padded: Bool, into bytes: inout [UInt8]) throws(WireError) {
    let normalized = identity.normalized
    try check(normalized)
    WireWriter.append(to: &bytes) { writer in
      writer.put(normalized)
      if padded { writer.pad(to: paddedBytes) }
    }
  }

  static func check(_ identity: GuestIdentity) throws(WireError) {
    let limit = GuestIdentity.textBytesMax
    try WireEvent.check(identity.fullName, .fullName, limit: limit)
    try WireEvent.check(identity.documentNumber, .documentNumber, limit: limit)
    try WireEvent.check(identity.documentName, .documentName, limit: limit)
    try WireEvent.check(identity.machineReadableZone, .machineReadableZone, limit: limit)
    try WireEvent.check(identity.phone, .phone, limit: limit)
    try WireEvent.check(identity.address, .address, limit: limit)
    try WireEvent.check(identity.reasonText, .reasonText, limit: limit)
    try WireEvent.check(identity.note, .note, limit: limit)
  }
}

extension GuestIdentity {
  /// The identity with all texts in Unicode NFC.
  public var normalized: GuestIdentity {
    var copy = self
    copy.fullName = Normalization.nfc(fullName)
    copy.documentNumber = Normalization.nfc(documentNumber)
    copy.documentName = Normalization.nfc(documentName)
    copy.machineReadableZone = Normalization.nfc(machineReadableZone)
    copy.phone = Normalization.nfc(phone)
    copy.address = Normalization.nfc(address)
    copy.reasonText = Normalization.nfc(reasonText)
    copy.note = Normalization.nfc(note)
    return copy
  }
}

extension WireWriter {
  /// Rounds what was written up to a multiple of `multiple`, which is at most 128, by the padding field.
  fileprivate mutating func pad(to multiple: Int) {
    let excess = count % multiple
    guard excess != 0 else { return }
    // The field's tag and length take two bytes; where only one is free, the padding fills the next multiple too.
    let room = multiple - excess
    put(15, zeros: room >= 2 ? room - 2 : room + multiple - 2)
  }
}

/// The fields of a `GuestIdentity` message as they are met.
struct GuestIdentityParts {
  private var fullName = ""
  private var birthDate: PartialDate?
  private var sex: UInt32 = 0
  private var documentKind: UInt32 = 0
  private var documentNumber = ""
  private var documentName = ""
  private var documentExpiry: Int32 = 0
  private var noDocumentReason: UInt32 = 0
  private var machineReadableZone = ""
  private var phone = ""
  private var address = ""
  private var reasonText = ""
  private var note = ""

  mutating func read(_ reader: inout WireReader) throws(WireError) {
    while let tag = try reader.nextTag() {
      switch tag.field {
      case 1: try Self.read(&fullName, .fullName, &reader, tag)
      case 2: if let value = try reader.text(tag, .birthDate, limit: 10) { birthDate = try Self.date(value) }
      case 3: if let value = try reader.unsigned32(tag) { sex = value }
      case 4: if let value = try reader.unsigned32(tag) { documentKind = value }
      case 5: try Self.read(&documentNumber, .documentNumber, &reader, tag)
      case 6: try Self.read(&documentName, .documentName, &reader, tag)
      case 7: if let value = try reader.signed32(tag) { documentExpiry = value }
      case 8: if let value = try reader.unsigned32(tag) { noDocumentReason = value }
      case 9: try Self.read(&machineReadableZone, .machineReadableZone, &reader, tag)
      case 10: try Self.read(&phone, .phone, &reader, tag)
      case 11: try Self.read(&address, .address, &reader, tag)
      case 12: try Self.read(&reasonText, .reasonText, &reader, tag)
      case 13: try Self.read(&note, .note, &reader, tag)
      default: try reader.skip(tag)
      }
    }
  }

  private static func read(
    _ text: inout String, _ field: WireField, _ reader: inout WireReader, _ tag: WireReader.Tag
  ) throws(WireError) {
    guard let value = try reader.text(tag, field, limit: GuestIdentity.textBytesMax) else { return }
    text = Normalization.nfc(value)
  }

  private static func date(_ text: String) throws(WireError) -> PartialDate? {
    guard !text.isEmpty else { return nil }
    // The other order of day, month and year is for files; on the wire there is one form.
    guard !text.utf8.contains(UInt8(ascii: "/")), let date = try? PartialDate(parsing: text) else { throw .invalid(.birthDate) }
    return date
  }

  func identity() throws(WireError) -> GuestIdentity {
    guard documentKind != 0 else { throw .missing(.documentKind) }
    guard let kind = UInt8(exactly: documentKind).flatMap(DocumentKind.init(rawValue:)) else { throw .invalid(.documentKind) }
    let declaredSex = UInt8(exactly: sex).flatMap(Sex.init(rawValue:))
    guard sex == 0 || declaredSex != nil else { throw .invalid(.sex) }
    let reason = UInt8(exactly: noDocumentReason).flatMap(NoDocumentReason.init(rawValue:))
    guard noDocumentReason == 0 || reason != nil else { throw .invalid(.noDocumentReason) }
    let expiry = documentExpiry == 0 ? nil : CivilDate(wireDay: documentExpiry)
    guard documentExpiry == 0 || expiry != nil else { throw .invalid(.documentExpiry) }
    return GuestIdentity(
      fullName: fullName, birthDate: birthDate, sex: declaredSex, documentKind: kind, documentNumber: documentNumber,
      documentName: documentName, documentExpiry: expiry, noDocumentReason: reason, machineReadableZone: machineReadableZone, phone: phone,
      address: address, reasonText: reasonText, note: note)
  }
}
