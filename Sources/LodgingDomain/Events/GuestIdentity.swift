/// Who a guest is; it exists opened only inside the validator, in the sender's hands, and in an answer to a person with a purpose.
///
/// Texts are as the sender gave them, in Unicode NFC; what is missing is empty or nil and becomes a reason of the decision, not an error.
public struct GuestIdentity: Hashable, Sendable {
  /// The full name, family name first for Vietnamese names.
  public var fullName: String
  /// The birth date as far as it is known.
  public var birthDate: PartialDate?
  /// The declared sex.
  public var sex: Sex?
  /// The kind of document shown.
  public var documentKind: DocumentKind
  /// The document's number as declared.
  public var documentNumber: String
  /// What the document is called where the kind is "other".
  public var documentName: String
  /// The document's last day of validity as declared.
  public var documentExpiry: CivilDate?
  /// Why no usable paper was shown; only with the document kind "none".
  public var noDocumentReason: NoDocumentReason?
  /// The machine-readable zone as read, lines separated by line feeds; empty where none was read.
  public var machineReadableZone: String
  /// A telephone number.
  public var phone: String
  /// Where the guest lives.
  public var address: String
  /// The reason for the stay in words, where the catalogue's "other" was chosen.
  public var reasonText: String
  /// The clerk's note.
  public var note: String

  /// The longest text of any field in bytes.
  public static let textBytesMax = 512

  /// Makes an identity from its parts.
  public init(
    fullName: String, birthDate: PartialDate?, sex: Sex?, documentKind: DocumentKind, documentNumber: String, documentName: String = "",
    documentExpiry: CivilDate? = nil, noDocumentReason: NoDocumentReason? = nil, machineReadableZone: String = "", phone: String = "",
    address: String = "", reasonText: String = "", note: String = ""
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
