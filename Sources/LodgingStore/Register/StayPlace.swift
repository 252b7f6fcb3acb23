import GRDB
import LodgingDomain

/// Where a stay lies in the register: the partition of its check-in, and the number of the check-in's source.
///
/// Rows of stays lie in this order, which is the one in which they come, so that a batch touches few places of the file.
struct StayPlace: Hashable, Comparable {
  var partition: Int
  var checkIn: Int64

  static func < (left: StayPlace, right: StayPlace) -> Bool {
    (left.partition, left.checkIn) < (right.partition, right.checkIn)
  }
}

/// Finds the places of stays by who they are and by their documents.
struct StayPlaceReader {
  private let ofReference: StoreStatement
  private let ofFingerprint: StoreStatement

  init(_ db: Database) throws {
    ofReference = try StoreStatement(
      db,
      """
      SELECT partition, check_in FROM recent_stay_places WHERE establishment = ?1 AND stay = ?2 UNION ALL
      SELECT partition, check_in FROM stay_places WHERE establishment = ?1 AND stay = ?2
      """)
    ofFingerprint = try StoreStatement(
      db,
      """
      SELECT partition, check_in FROM recent_fingerprints WHERE month = ?1 AND value = ?2 UNION ALL
      SELECT partition, check_in FROM fingerprints WHERE month = ?1 AND value = ?2 LIMIT ?3
      """)
  }

  /// The place of a stay, or nil.
  func place(of reference: StayReference) throws -> StayPlace? {
    ofReference.bind(reference.establishment, at: 1)
    ofReference.bind(reference.stay, at: 2)
    guard try ofReference.step() else { return nil }
    defer { ofReference.stop() }
    return ofReference.place(0)
  }

  /// The stays under a document, at most `limit`, or all.
  func places(under fingerprint: DocumentFingerprint, limit: Int = -1) throws -> [StayPlace] {
    ofFingerprint.bind(fingerprint.month, at: 1)
    ofFingerprint.bind(Int64(bitPattern: fingerprint.value), at: 2)
    ofFingerprint.bind(limit, at: 3)
    var places: [StayPlace] = []
    while try ofFingerprint.step() { places.append(ofFingerprint.place(0)) }
    return places
  }
}

extension StoredValueError {
  /// To pass over it would be to answer as if the stay had never been.
  static let missingStay = StoredValueError("a stay that is found by its id or its document is missing")
}

extension StoreStatement {
  /// Binds partition and check-in at this place and the next.
  func bind(_ value: StayPlace, at place: CInt) {
    bind(value.partition, at: place)
    bind(value.checkIn, at: place + 1)
  }

  /// Partition and check-in from this column and the next.
  func place(_ column: CInt) -> StayPlace { StayPlace(partition: int(column, as: Int.self), checkIn: int(column + 1)) }
}
