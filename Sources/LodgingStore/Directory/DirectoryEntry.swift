package import LodgingDomain

/// A resident as the directory knows one: fingerprints under the directory's key and a status.
package struct DirectoryEntry: Hashable, Sendable {
  /// The fingerprint of the personal number; never 0.
  package var key: UInt64
  /// The person, bound to the personal number.
  package var person: PersonFingerprints
  /// What the register says of the person and of the document on record.
  package var status: ResidentStatus
  /// The document on record, where it has a number of its own.
  package var document: Document?

  /// A document with a number of its own, such as a passport.
  package struct Document: Hashable, Sendable {
    /// The fingerprint of the document's number; never 0.
    package var key: UInt64
    /// The person again, bound to the document's number, since whoever asks by document does not know the personal number.
    package var person: PersonFingerprints

    /// Makes a document from its parts.
    package init(key: UInt64, person: PersonFingerprints) {
      self.key = key
      self.person = person
    }
  }

  /// Makes an entry from its parts.
  package init(key: UInt64, person: PersonFingerprints, status: ResidentStatus, document: Document? = nil) {
    self.key = key
    self.person = person
    self.status = status
    self.document = document
  }
}

extension DirectoryEntry {
  /// The row of the table of persons.
  var personRow: DirectoryRow {
    DirectoryRow(key: key, link: document?.key ?? 0, person: person, status: status.rawValue)
  }

  /// The row of the table of documents.
  var documentRow: DirectoryRow? {
    document.map { DirectoryRow(key: $0.key, link: key, person: $0.person, status: status.rawValue) }
  }
}
