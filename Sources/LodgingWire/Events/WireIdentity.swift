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
    let parts = try parts(of: bytes)
    let identity = GuestIdentity(try parts.identity())
    return parts.isComposed ? identity : identity.normalized
  }

  /// Reads an identity and calls `body` with it in the same form, its texts being borrowed bytes that are valid only inside the call.
  ///
  /// - Parameters:
  ///   - bytes: The message, with or without padding.
  ///   - body: What is done with the identity; it is called once, or not where this throws.
  /// - Throws: `WireError`; the identity is then unreadable for good.
  package static func read(_ bytes: UnsafeRawBufferPointer, _ body: (BorrowedIdentity) -> Void) throws(WireError) {
    let parts = try parts(of: bytes)
    let identity = try parts.identity()
    // Nearly all texts are in Unicode NFC already and stay where they are.
    guard !parts.isComposed else { return body(identity) }
    GuestIdentity(identity).normalized.withBorrowed(body)
  }

  private static func parts(of bytes: UnsafeRawBufferPointer) throws(WireError) -> GuestIdentityParts {
    var reader = WireReader(bytes)
    var parts = GuestIdentityParts()
    try parts.read(&reader)
    return parts
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

/// The fields of a `GuestIdentity` message as they are met; texts stay in the message.
private struct GuestIdentityParts {
  /// Whether all texts are in Unicode NFC for certain.
  private(set) var isComposed = true
  private var fullName = none
  private var birthDate: PartialDate?
  private var sex: UInt32 = 0
  private var documentKind: UInt32 = 0
  private var documentNumber = none
  private var documentName = none
  private var documentExpiry: Int32 = 0
  private var noDocumentReason: UInt32 = 0
  private var machineReadableZone = none
  private var phone = none
  private var address = none
  private var reasonText = none
  private var note = none

  private static var none: BorrowedIdentity.Text { BorrowedIdentity.Text(start: nil, count: 0) }

  mutating func read(_ reader: inout WireReader) throws(WireError) {
    while let tag = try reader.nextTag() {
      switch tag.field {
      case 1: if let value = try text(&reader, tag, .fullName) { fullName = value }
      case 2: if let value = try reader.range(tag) { birthDate = try Self.date(UnsafeRawBufferPointer(rebasing: reader.bytes[value])) }
      case 3: if let value = try reader.unsigned32(tag) { sex = value }
      case 4: if let value = try reader.unsigned32(tag) { documentKind = value }
      case 5: if let value = try text(&reader, tag, .documentNumber) { documentNumber = value }
      case 6: if let value = try text(&reader, tag, .documentName) { documentName = value }
      case 7: if let value = try reader.signed32(tag) { documentExpiry = value }
      case 8: if let value = try reader.unsigned32(tag) { noDocumentReason = value }
      case 9: if let value = try text(&reader, tag, .machineReadableZone) { machineReadableZone = value }
      case 10: if let value = try text(&reader, tag, .phone) { phone = value }
      case 11: if let value = try text(&reader, tag, .address) { address = value }
      case 12: if let value = try text(&reader, tag, .reasonText) { reasonText = value }
      case 13: if let value = try text(&reader, tag, .note) { note = value }
      default: try reader.skip(tag)
      }
    }
  }

  /// A text where it lies, once it is known to be UTF-8.
  private mutating func text(
    _ reader: inout WireReader, _ tag: WireReader.Tag, _ field: WireField
  ) throws(WireError) -> BorrowedIdentity.Text? {
    guard let range = try reader.range(tag) else { return nil }
    guard range.count <= GuestIdentity.textBytesMax else { throw .tooLong(field) }
    let text = BorrowedIdentity.Text(rebasing: reader.bytes[range])
    if !Normalization.isQuick(text) {
      try Self.checkForm(text)
      isComposed = false
    }
    return text
  }

  private static func checkForm(_ text: BorrowedIdentity.Text) throws(WireError) {
    guard String(validating: text, as: UTF8.self) != nil else { throw .malformed(.text) }
  }

  private static func date(_ text: BorrowedIdentity.Text) throws(WireError) -> PartialDate? {
    guard !text.isEmpty else { return nil }
    guard text.count <= birthDateBytesMax else { throw .tooLong(.birthDate) }
    // The other order of day, month and year is for files; on the wire there is one form.
    if !text.contains(UInt8(ascii: "/")), let date = try? PartialDate(utf8: text) { return date }
    try checkForm(text)
    throw .invalid(.birthDate)
  }

  /// The length of a whole date in bytes.
  private static let birthDateBytesMax = 10

  func identity() throws(WireError) -> BorrowedIdentity {
    guard documentKind != 0 else { throw .missing(.documentKind) }
    guard let kind = UInt8(exactly: documentKind).flatMap(DocumentKind.init(rawValue:)) else { throw .invalid(.documentKind) }
    let declaredSex = UInt8(exactly: sex).flatMap(Sex.init(rawValue:))
    guard sex == 0 || declaredSex != nil else { throw .invalid(.sex) }
    let reason = UInt8(exactly: noDocumentReason).flatMap(NoDocumentReason.init(rawValue:))
    guard noDocumentReason == 0 || reason != nil else { throw .invalid(.noDocumentReason) }
    let expiry = documentExpiry == 0 ? nil : CivilDate(wireDay: documentExpiry)
    guard documentExpiry == 0 || expiry != nil else { throw .invalid(.documentExpiry) }
    return BorrowedIdentity(
      fullName: fullName, birthDate: birthDate, sex: declaredSex, documentKind: kind, documentNumber: documentNumber,
      documentName: documentName, documentExpiry: expiry, noDocumentReason: reason, machineReadableZone: machineReadableZone, phone: phone,
      address: address, reasonText: reasonText, note: note)
  }
}
