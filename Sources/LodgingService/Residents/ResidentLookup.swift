package import LodgingDomain
import LodgingPipeline
package import LodgingStore
package import LodgingWire

/// Asks the resident directory about single people, for an operator at the command line.
package struct ResidentLookup {
  private let replica: ResidentReplica
  private var fingerprints: DirectoryFingerprints

  /// Opens the directory.
  ///
  /// - Parameters:
  ///   - directory: The folder of the directory.
  ///   - key: The directory's key.
  /// - Throws: `DirectoryError`.
  package init(directory: String, key: SipKey) throws(DirectoryError) {
    self.init(replica: try ResidentReplica(folder: DirectoryFolder(path: directory, key: key)), key: key)
  }

  /// Asks an open directory.
  package init(replica: ResidentReplica, key: SipKey) {
    self.replica = replica
    fingerprints = DirectoryFingerprints(key: key)
  }

  /// How many residents there are.
  package var counts: ResidentCounts { replica.counts }

  /// What is known of a number: status and whether a document is on record, since names are not kept.
  package mutating func lookUp(_ number: PersonalNumber) -> ResidentRecord? {
    replica.record(of: fingerprints.rowKey(of: number))
  }

  /// What the police would be told of a guest who declares all this.
  package mutating func codes(
    number: PersonalNumber, name: String, birthDate: PartialDate?, sex: Sex?
  ) -> CodeSet {
    let key = fingerprints.rowKey(of: number)
    let person = fingerprints.person(row: key, name: name, birthDate: birthDate, sex: sex)
    var answers: [ResidentAnswer] = []
    _ = replica.lookUp([ResidentQuestion(by: .personalNumber, key: key, person: person)], into: &answers)
    return answers.first?.codes ?? []
  }
}
