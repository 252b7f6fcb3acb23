package import LodgingDomain

/// What one row of a file says about a guest and a stay, as far as it could be read.
///
/// Every value is optional: what the file does not say is nil, and what it says wrongly is a problem and nil, except for texts, which are
/// kept as they were written. Texts are in Unicode NFC, without white space around them.
package struct GuestDraft: Hashable, Sendable {
  /// Whether the guest is a citizen or a foreigner: by the nationality, or else by the kind of file.
  package var guestKind: GuestKind
  /// The row's own number in the file, which means nothing to anybody else.
  package var ownSequence: String?
  /// The full name.
  package var fullName: String?
  /// The birth date as far as it is known.
  package var birthDate: PartialDate?
  /// The sex; nil without a problem where a machine-readable zone leaves it open.
  package var sex: Sex?
  /// The nationality.
  package var nationality: Nationality?
  /// The kind of document.
  package var documentKind: DocumentKind?
  /// What the document is called, where the kind is "other".
  package var documentName: String?
  /// The document's number; without its spaces where it is a personal identification number or a passport's.
  package var documentNumber: String?
  /// The document's last day of validity.
  package var documentExpiry: CivilDate?
  /// Why there is no usable document, where the kind is "none".
  package var noDocumentReason: NoDocumentReason?
  /// A telephone number.
  package var phone: String?
  /// Where the guest lives.
  package var residence = Residence()
  /// The arrival, on the clocks of Viet Nam.
  package var arrival: StatedTime?
  /// The planned departure.
  package var departure: StatedTime?
  /// The departure that has taken place; nil while the guest is still in.
  package var actualDeparture: StatedTime?
  /// The room, bed or ward.
  package var room: String?
  /// The reason for the stay.
  package var reason: StayReason?
  /// The reason in words, where it is "other".
  package var reasonText: String?
  /// A note.
  package var note: String?
  /// The last day of a foreigner's permitted stay.
  package var permitUntil: CivilDate?
  /// The lines of a machine-readable zone as they were read.
  package var machineReadableZone: [String] = []
  /// Everything that is wrong with the row.
  ///
  /// A row without problems can be sent.
  package var problems: [DraftProblem] = []
  /// What looks wrong and is taken as it stands all the same.
  package var advice: [DraftProblem] = []

  /// Makes an empty draft.
  package init(guestKind: GuestKind) { self.guestKind = guestKind }

  /// Where a guest lives, in the parts of the citizens' sheet.
  package struct Residence: Hashable, Sendable {
    /// The kind of residence, for example permanent.
    package var kind: CodedText?
    /// The province.
    package var province: CodedText?
    /// The commune.
    package var commune: CodedText?
    /// House, street and whatever else is in words.
    package var address: String?

    /// Makes a residence of which nothing is known.
    package init() {}

    /// The parts in one line, from the house to the province; nil where nothing is known.
    package var text: String? {
      let parts = [address, commune?.text, province?.text].compactMap(\.self)
      return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }
  }
}

/// A row of a file, read.
package struct ImportedRow: Hashable, Sendable {
  /// The row as users count: data rows from 1, the header not among them; for machine-readable zones the documents.
  package var row: Int
  /// Where it stands in the file: the row of the sheet, or the line of a text; nil for XML.
  package var place: Int?
  /// What it says.
  package var draft: GuestDraft
  /// Its texts as they stand in the file, trimmed and in Unicode NFC, in a fixed order and without the row's own number and the departure
  /// that has taken place: what makes two rows the same row, also where they cannot be read.
  package var content: [String]

  /// Makes a row from its parts.
  package init(row: Int, place: Int?, draft: GuestDraft, content: [String]) {
    self.row = row
    self.place = place
    self.draft = draft
    self.content = content
  }
}
