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
  private let selectHolders: StoreStatement
  private let selectStay: StoreStatement
  private let selectEstablishment: StoreStatement

  private var stays: [StayReference: HeldStay] = [:]
  private var common: [DocumentFingerprint: Bool] = [:]
  private var opened: Set<StayReference> = []

  private static let max = AlertRules.staysOfDocumentMax

  /// Two stays, the lesser first.
  private struct Pair: Hashable {
    var first: StayReference
    var second: StayReference

    /// Nil for two stays in one establishment, which are held against nothing.
    init?(_ one: StayReference, _ other: StayReference) {
      guard one.establishment != other.establishment else { return nil }
      (first, second) = one < other ? (one, other) : (other, one)
    }
  }

  /// What one fingerprint has to do with the batch.
  private struct Touched {
    /// How many more stays have it than before.
    var growth = 0
    /// The stays of the batch that have it or had it.
    var members: [StayReference] = []
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
    selectHolders = try StoreStatement(
      db, "SELECT establishment, stay FROM fingerprints WHERE month = ?1 AND value = ?2 LIMIT ?3")
    selectStay = try StoreStatement(
      db,
      """
      SELECT arrival, departure, departed, presence, fingerprints, commune
      FROM stays JOIN establishments ON establishments.id = stays.establishment
      WHERE stays.establishment = ?1 AND stays.stay = ?2
      """)
    selectEstablishment = try StoreStatement(
      db, "SELECT stay, fingerprints FROM stays WHERE establishment = ?1 AND length(fingerprints) > 0")
  }

  /// Judges every pair that the batch may have changed; `moved` are establishments that lie in another commune than before.
  mutating func judge(_ documents: [TouchedDocument], moved: [EstablishmentID]) throws {
    var touched: [DocumentFingerprint: Touched] = [:]
    for document in documents + (try moved.flatMap(documentsOf)) {
      if document.isOpened { opened.insert(document.reference) }
      for fingerprint in document.after {
        touched[fingerprint, default: Touched()].members.append(document.reference)
        if !document.before.contains(fingerprint) { touched[fingerprint]?.growth += 1 }
      }
      for fingerprint in document.before where !document.after.contains(fingerprint) {
        touched[fingerprint, default: Touched()].members.append(document.reference)
        touched[fingerprint]?.growth -= 1
      }
    }
    var pairs: Set<Pair> = []
    for (fingerprint, touched) in touched { try collect(fingerprint, touched, into: &pairs) }
    for pair in pairs { try judge(pair) }
  }

  private func documentsOf(_ establishment: EstablishmentID) throws -> [TouchedDocument] {
    selectEstablishment.bind(establishment, at: 1)
    var documents: [TouchedDocument] = []
    while try selectEstablishment.step() {
      let fingerprints = try selectEstablishment.fingerprints(1)
      let reference = StayReference(establishment: establishment, stay: try selectEstablishment.event(0))
      documents.append(TouchedDocument(reference: reference, before: fingerprints, after: fingerprints, isOpened: false))
    }
    return documents
  }

  // MARK: Pairs

  private mutating func collect(_ fingerprint: DocumentFingerprint, _ touched: Touched, into pairs: inout Set<Pair>) throws {
    // Enough of them to know whether there were too many before the batch and are after it.
    let holders = try holders(of: fingerprint, limit: Self.max + 1 + Swift.max(0, touched.growth))
    let (isCommon, wasCommon) = (holders.count > Self.max, holders.count - touched.growth > Self.max)
    common[fingerprint] = isCommon
    guard !(isCommon && wasCommon) else { return }
    // A document that turns into a placeholder, or back, changes the pairs of all its stays; any other change only those of the stays
    // that changed.
    let others = holders + touched.members
    guard others.count > 1 else { return }
    for left in isCommon == wasCommon ? touched.members : others {
      for right in others where left != right {
        if let pair = Pair(left, right) { pairs.insert(pair) }
      }
    }
  }

  private func holders(of fingerprint: DocumentFingerprint, limit: Int) throws -> [StayReference] {
    selectHolders.bind(fingerprint.month, at: 1)
    selectHolders.bind(Int64(bitPattern: fingerprint.value), at: 2)
    selectHolders.bind(limit, at: 3)
    var holders: [StayReference] = []
    while try selectHolders.step() {
      holders.append(StayReference(establishment: try selectHolders.establishment(0), stay: try selectHolders.event(1)))
    }
    return holders
  }

  private mutating func isCommon(_ fingerprint: DocumentFingerprint) throws -> Bool {
    if let known = common[fingerprint] { return known }
    let isCommon = try holders(of: fingerprint, limit: Self.max + 1).count > Self.max
    common[fingerprint] = isCommon
    return isCommon
  }

  private mutating func judge(_ pair: Pair) throws {
    if !opened.contains(pair.first), !opened.contains(pair.second) {
      for kind in [AlertKind.stayOverlap, .impossibleTravel] {
        try alerts.remove(kind, pair.first.establishment, stay: pair.first.stay, other: pair.second)
        try alerts.remove(kind, pair.second.establishment, stay: pair.second.stay, other: pair.first)
      }
    }
    guard let first = try held(pair.first), let second = try held(pair.second), !first.isCancelled, !second.isCancelled else { return }
    var isSame = false
    for fingerprint in first.fingerprints where !isSame && second.fingerprints.contains(fingerprint) {
      isSame = try !isCommon(fingerprint)
    }
    guard isSame else { return }
    let kilometers = catalogue.distance(from: first.commune, to: second.commune)
    for alert in AlertRules.compare(first.stay, second.stay, kilometers: kilometers) { try alerts.put(alert) }
  }

  private mutating func held(_ reference: StayReference) throws -> HeldStay? {
    if let known = stays[reference] { return known }
    selectStay.bind(reference.establishment, at: 1)
    selectStay.bind(reference.stay, at: 2)
    guard try selectStay.step() else { return nil }
    defer { selectStay.stop() }
    let stay = HeldStay(
      stay: DocumentStay(
        reference: reference, arrival: selectStay.instant(0), departure: selectStay.instant(1), departed: selectStay.optionalInstant(2)),
      isCancelled: try selectStay.value(3, as: RecordedPresence.self) == .cancelled, commune: try selectStay.commune(5),
      fingerprints: try selectStay.fingerprints(4))
    stays[reference] = stay
    return stay
  }
}
