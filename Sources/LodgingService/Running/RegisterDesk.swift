import LodgingDomain
import LodgingPipeline
import LodgingStore

/// Answers the questions of a serving node from the register, in the shapes that the commands print.
struct RegisterDesk: RegisterQueries {
  private let register: Register

  init(_ register: Register) { self.register = register }

  var edition: String { register.destroyedMonths.map(\.description).joined(separator: ".") }

  func version() throws -> RegisterVersion { try register.store.read { try $0.version() } }

  func occupancy(of unit: UnitCode, at moment: Instant?) throws -> RegisterAnswer? {
    let catalogue = register.catalogue
    let answer = try register.store.read { view -> (RegisterVersion, OccupancyOutput)? in
      guard let output = try OccupancyOutput(view, catalogue, unit: unit, at: moment) else { return nil }
      return (try view.version(), output)
    }
    return try answer.map { RegisterAnswer(version: $0.0, json: try JSONText.bytes(of: $0.1)) }
  }

  func alerts(in unit: UnitCode, page: AlertPage) throws -> RegisterAnswer? {
    let cursor = try page.after.map { text in
      guard let cursor = AlertCursor(text) else { throw RegisterQueryError.unknownPage }
      return cursor
    }
    let answer = try register.store.read { view -> (RegisterVersion, AlertListOutput)? in
      guard try view.knows(unit, register.catalogue) else { return nil }
      return (try view.version(), try AlertListOutput(unit, page: page, after: cursor, register, view))
    }
    return try answer.map { RegisterAnswer(version: $0.0, json: try JSONText.bytes(of: $0.1)) }
  }

  func receipt(_ id: ReceiptID) throws -> RegisterAnswer? {
    let version = try version()
    guard let receipt = try ReceiptDesk(register).fetch(id) else { return nil }
    return RegisterAnswer(version: version, json: try JSONText.bytes(of: receipt))
  }

  func catalogue() throws -> [UInt8] { try JSONText.bytes(of: ["codes": CatalogueOutput.all]) }

  func keySet() throws -> [UInt8] { Array(ReceiptDesk(register).keySet.utf8) }

  func ledgerEnds(of partitions: [Int]) throws -> [Int: Int64] {
    var ends: [Int: Int64] = [:]
    for partition in Set(partitions) where partition < register.log.partitionCount {
      ends[partition] = try register.log.end(of: TopicPartition(.ledger, partition))
    }
    return ends
  }
}

extension RegisterView {
  /// Whether catalogue or register has the unit.
  fileprivate func knows(_ unit: UnitCode, _ catalogue: UnitCatalogue) throws -> Bool {
    switch unit {
    case .nation: true
    case .province(let code): catalogue.province(code) != nil
    case .commune: try catalogue.name(of: unit) != nil || occupancy(unit, catalogue: catalogue) != nil
    case .establishment(let id): try establishment(id) != nil
    }
  }
}
