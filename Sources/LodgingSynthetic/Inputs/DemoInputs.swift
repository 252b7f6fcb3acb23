import LodgingDomain

/// What went into an evening, line by line: for `--write-inputs`, and for looking whether any of it can be read in what came out.
///
/// Each writer calls `sink` with whole lines of UTF-8, about ``chunkBytes`` at a time, and keeps nothing else in memory.
public struct DemoInputs: Sendable {
  /// The evening.
  public let plan: DemoPlan

  /// About how many bytes one call of a sink gets.
  public static let chunkBytes = 64 * 1024

  /// Takes an evening.
  public init(_ plan: DemoPlan) {
    self.plan = plan
  }

  /// Writes every name that an item of the evening carries, one a line, in the order of the items.
  ///
  /// A name comes once for each event that is new, so a name of two events comes twice.
  public func writeNames<Failure>(to sink: ([UInt8]) throws(Failure) -> Void) throws(Failure) {
    try writeIdentities(to: sink) { $0.fullName }
  }

  /// Writes every document number that an item of the evening carries, malformed ones included, one a line.
  public func writeNumbers<Failure>(to sink: ([UInt8]) throws(Failure) -> Void) throws(Failure) {
    try writeIdentities(to: sink) { $0.documentNumber }
  }

  /// Writes the residents as `residents.csv`.
  public func writeResidents<Failure>(to sink: ([UInt8]) throws(Failure) -> Void) throws(Failure) {
    let people = plan.country.people
    try write(0..<people.count, header: SyntheticResident.csvHeader, to: sink) { people.person(at: $0).appendCSVLine(to: &$1) }
  }

  /// Writes the establishments as `establishments.csv`, as they are on the evening.
  public func writeEstablishments<Failure>(to sink: ([UInt8]) throws(Failure) -> Void) throws(Failure) {
    let country = plan.country
    try write(0..<country.establishmentCount, header: SyntheticEstablishment.csvHeader, to: sink) {
      country.establishment(at: $0).appendCSVLine(to: &$1)
    }
  }

  private func writeIdentities<Failure>(
    to sink: ([UInt8]) throws(Failure) -> Void, _ text: (GuestIdentity) -> String
  ) throws(Failure) {
    var chunk: [UInt8] = []
    for item in plan {
      guard case .event(_, let identity?) = item.content else { continue }
      let line = text(identity)
      // An empty line would be found in every file.
      guard !line.isEmpty else { continue }
      chunk.append(contentsOf: line.utf8)
      chunk.append(UInt8(ascii: "\n"))
      try Self.flush(&chunk, atLeast: Self.chunkBytes, to: sink)
    }
    try Self.flush(&chunk, atLeast: 1, to: sink)
  }

  private func write<Failure>(
    _ indices: Range<Int>, header: String, to sink: ([UInt8]) throws(Failure) -> Void, _ append: (Int, inout [UInt8]) -> Void
  ) throws(Failure) {
    var chunk = Array((header + "\n").utf8)
    for index in indices {
      append(index, &chunk)
      try Self.flush(&chunk, atLeast: Self.chunkBytes, to: sink)
    }
    try Self.flush(&chunk, atLeast: 1, to: sink)
  }

  private static func flush<Failure>(
    _ chunk: inout [UInt8], atLeast count: Int, to sink: ([UInt8]) throws(Failure) -> Void
  ) throws(Failure) {
    guard chunk.count >= count else { return }
    try sink(chunk)
    chunk.removeAll(keepingCapacity: true)
  }
}
