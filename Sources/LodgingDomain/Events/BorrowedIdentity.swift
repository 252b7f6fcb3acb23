/// A guest's identity whose texts lie in somebody else's memory: the form in which it is examined, digested and fingerprinted.
///
/// Copying it allocates and retains nothing. It is valid as long as that memory is: inside the call that hands it out, and no longer.
package struct BorrowedIdentity {
  /// A text's UTF-8, which is well formed.
  package typealias Text = UnsafeRawBufferPointer

  /// See ``GuestIdentity/fullName``; the other parts are those of the same name too.
  package var fullName: Text
  package var birthDate: PartialDate?
  package var sex: Sex?
  package var documentKind: DocumentKind
  package var documentNumber: Text
  package var documentName: Text
  package var documentExpiry: CivilDate?
  package var noDocumentReason: NoDocumentReason?
  package var machineReadableZone: Text
  package var phone: Text
  package var address: Text
  package var reasonText: Text
  package var note: Text

  /// Makes an identity from its parts.
  package init(
    fullName: Text, birthDate: PartialDate?, sex: Sex?, documentKind: DocumentKind, documentNumber: Text, documentName: Text,
    documentExpiry: CivilDate?, noDocumentReason: NoDocumentReason?, machineReadableZone: Text, phone: Text, address: Text,
    reasonText: Text, note: Text
  ) {
    self.fullName = fullName
    self.birthDate = birthDate
    self.sex = sex
    self.documentKind = documentKind
    self.documentNumber = documentNumber
    self.documentName = documentName
    self.documentExpiry = documentExpiry
    self.noDocumentReason = noDocumentReason
    self.machineReadableZone = machineReadableZone
    self.phone = phone
    self.address = address
    self.reasonText = reasonText
    self.note = note
  }
}

@available(*, unavailable)
extension BorrowedIdentity: Sendable {}

extension GuestIdentity {
  /// Copies an identity out of the memory that its texts lie in.
  package init(_ identity: BorrowedIdentity) {
    func text(_ utf8: BorrowedIdentity.Text) -> String { String(decoding: utf8, as: UTF8.self) }
    self.init(
      fullName: text(identity.fullName), birthDate: identity.birthDate, sex: identity.sex, documentKind: identity.documentKind,
      documentNumber: text(identity.documentNumber), documentName: text(identity.documentName), documentExpiry: identity.documentExpiry,
      noDocumentReason: identity.noDocumentReason, machineReadableZone: text(identity.machineReadableZone), phone: text(identity.phone),
      address: text(identity.address), reasonText: text(identity.reasonText), note: text(identity.note))
  }

  /// Calls `body` with the identity as bytes, which are valid only inside the call; texts are as they stand here.
  package func withBorrowed<Result>(_ body: (BorrowedIdentity) -> Result) -> Result {
    var bytes: [UInt8] = []
    func place(_ text: String) -> Range<Int> {
      let start = bytes.count
      bytes.append(contentsOf: text.utf8)
      return start..<bytes.count
    }
    let (fullName, documentNumber, documentName) = (place(fullName), place(documentNumber), place(documentName))
    let (zone, phone, address) = (place(machineReadableZone), place(phone), place(address))
    let (reasonText, note) = (place(reasonText), place(note))
    return bytes.withUnsafeBytes { bytes in
      func text(_ place: Range<Int>) -> BorrowedIdentity.Text { BorrowedIdentity.Text(rebasing: bytes[place]) }
      return body(
        BorrowedIdentity(
          fullName: text(fullName), birthDate: birthDate, sex: sex, documentKind: documentKind, documentNumber: text(documentNumber),
          documentName: text(documentName), documentExpiry: documentExpiry, noDocumentReason: noDocumentReason,
          machineReadableZone: text(zone), phone: text(phone), address: text(address), reasonText: text(reasonText), note: text(note)))
    }
  }
}
