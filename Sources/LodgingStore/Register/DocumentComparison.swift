import GRDB
import LodgingDomain
import LodgingPipeline

/// Holds the stays that a batch touched against all others under the same document, and writes the alerts that follow.
///
/// A pair's alerts are a function of what is known of its two stays and nothing else, and every change of either judges the pair anew, so
/// that what stands in the end does not depend on the order in which partitions were read.
struct DocumentComparison {
  private let catalogue: UnitCatalogue
  private let alerts: AlertWriter
  private let places: StayPlaceReader
  private let selectStay: StoreStatement
  private let selectEstablishment: StoreStatement

  private var stays: [StayPlace: HeldStay] = [:]
  private var common: [DocumentFingerprint: Bool] = [:]
  private var opened: Set<StayPlace> = []

  private static let max = AlertRules.staysOfDocumentMax

  /// Two stays, the lesser first.
  private struct Pair: Hashable {
    var first: StayPlace
    var second: StayPlace

    init(_ one: StayPlace, _ other: StayPlace) { (first, second) = one < other ? (one, other) : (other, one) }
  }

  /// That a stay of the batch has a fingerprint, or had it.
  private struct Touch {
    var fingerprint: DocumentFingerprint
    var place: StayPlace
    /// By how much the batch changes the number of stays that have it.
    var growth: Int
    /// Whether no alert can know the stay yet.
    var isOpened: Bool
  }

  /// A stay as it stands after the batch.
  private struct HeldStay {
    var stay: DocumentStay
    var isCancelled: Bool
    var commune: CommuneCode
    var fingerprints: [DocumentFingerprint]
  }

  init(_ db: Database, catalogue: UnitCatalogue, alerts: AlertWriter) throws {
    self.catalogue = catalogue
    self.alerts = alerts
    places = try StayPlaceReader(db)
    selectStay = try StoreStatement(
      db,
      """
      SELECT arrival, departure, departed, presence, fingerprints, commune, establishment, stay
      FROM stays JOIN establishments ON establishments.id = stays.establishment
      WHERE stays.partition = ?1 AND check_in = ?2
      """)
    selectEstablishment = try StoreStatement(
      db,
      """
      SELECT stays.stay, fingerprints, stays.partition, stays.check_in FROM \(StayColumns.ofEstablishment) AND length(fingerprints) > 0
      """)
  }

  /// Judges every pair that the batch may have changed; `moved` are establishments that lie in another commune than before.
  mutating func judge(_ documents: [TouchedDocument], moved: [EstablishmentID]) throws {
    var touches: [Touch] = []
    touches.reserveCapacity(documents.count * 2)
    for document in documents { Self.add(document, to: &touches) }
    for document in try moved.flatMap(documentsOf) { Self.add(document, to: &touches) }
    touches.sort { $0.fingerprint.precedes($1.fingerprint) }
    var pairs: Set<Pair> = []
    var rest = touches[...]
    while let fingerprint = rest.first?.fingerprint {
      let members = rest.prefix { $0.fingerprint == fingerprint }
      try collect(fingerprint, members, into: &pairs)
      rest = rest.dropFirst(members.count)
    }
    for pair in pairs { try judge(pair) }
  }

  private static func add(_ document: TouchedDocument, to touches: inout [Touch]) {
    func add(_ fingerprint: DocumentFingerprint, _ growth: Int) {
      touches.append(Touch(fingerprint: fingerprint, place: document.place, growth: growth, isOpened: document.isOpened))
    }
    for fingerprint in document.after { add(fingerprint, document.before.contains(fingerprint) ? 0 : 1) }
    for fingerprint in document.before where !document.after.contains(fingerprint) { add(fingerprint, -1) }
  }

  private func documentsOf(_ establishment: EstablishmentID) throws -> [TouchedDocument] {
    selectEstablishment.bind(establishment, at: 1)
    var documents: [TouchedDocument] = []
    while try selectEstablishment.step() {
      let fingerprints = try selectEstablishment.fingerprints(1)
      let reference = StayReference(establishment: establishment, stay: try selectEstablishment.event(0))
      documents.append(
        TouchedDocument(
          reference: reference, place: selectEstablishment.place(2), before: fingerprints, after: fingerprints, isOpened: false))
    }
    return documents
  }

  // MARK: Pairs

  private mutating func collect(
    _ fingerprint: DocumentFingerprint, _ members: ArraySlice<Touch>, into pairs: inout Set<Pair>
  ) throws {
    let growth = members.reduce(0) { $0 + $1.growth }
    // Enough of them to know whether there were too many before the batch and are after it.
    let holders = try places.places(under: fingerprint, limit: Self.max + 1 + Swift.max(0, growth))
    if members.count == 1, holders.count <= 1, holders.allSatisfy({ $0 == members.first?.place }) { return }
    let (isCommon, wasCommon) = (holders.count > Self.max, holders.count - growth > Self.max)
    common[fingerprint] = isCommon
    guard !(isCommon && wasCommon) else { return }
    for member in members where member.isOpened { opened.insert(member.place) }
    // A document that turns into a placeholder, or back, changes the pairs of all its stays; any other change only those of the stays
    // that changed.
    let others = holders + members.map(\.place)
    for left in isCommon == wasCommon ? members.map(\.place) : others {
      for right in others where left != right { pairs.insert(Pair(left, right)) }
    }
  }

  private mutating func isCommon(_ fingerprint: DocumentFingerprint) throws -> Bool {
    if let known = common[fingerprint] { return known }
    let isCommon = try places.places(under: fingerprint, limit: Self.max + 1).count > Self.max
    common[fingerprint] = isCommon
    return isCommon
  }

  private mutating func judge(_ pair: Pair) throws {
    let (first, second) = (try held(pair.first), try held(pair.second))
    let (one, other) = (first.stay.reference, second.stay.reference)
    // Two stays in one establishment are held against nothing.
    guard one.establishment != other.establishment else { return }
    if !opened.contains(pair.first), !opened.contains(pair.second) {
      for kind in [AlertKind.stayOverlap, .impossibleTravel] {
        try alerts.remove(kind, one.establishment, stay: one.stay, other: other)
        try alerts.remove(kind, other.establishment, stay: other.stay, other: one)
      }
    }
    guard !first.isCancelled, !second.isCancelled else { return }
    var isSame = false
    for fingerprint in first.fingerprints where !isSame && second.fingerprints.contains(fingerprint) {
      isSame = try !isCommon(fingerprint)
    }
    guard isSame else { return }
    let kilometers = catalogue.distance(from: first.commune, to: second.commune)
    for alert in AlertRules.compare(first.stay, second.stay, kilometers: kilometers) { try alerts.put(alert) }
  }

  private mutating func held(_ place: StayPlace) throws -> HeldStay {
    if let known = stays[place] { return known }
    selectStay.bind(place, at: 1)
    guard try selectStay.step() else { throw StoredValueError.missingStay }
    defer { selectStay.stop() }
    let reference = StayReference(establishment: try selectStay.establishment(6), stay: try selectStay.event(7))
    let stay = HeldStay(
      stay: DocumentStay(
        reference: reference, arrival: selectStay.instant(0), departure: selectStay.instant(1), departed: selectStay.optionalInstant(2)),
      isCancelled: try selectStay.value(3, as: RecordedPresence.self) == .cancelled, commune: try selectStay.commune(5),
      fingerprints: try selectStay.fingerprints(4))
    stays[place] = stay
    return stay
  }
}
