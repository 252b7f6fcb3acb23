import LodgingDomain
import LodgingPipeline
import LodgingStore

/// A row that waits for its verdict.
enum PendingRow {
  case refused(ImportRowResult)
  case drafted(DraftedRow)
}

/// The rows that are sent together.
struct ChunkImport {
  let register: Register
  let drafter: RowDrafter
  let desk: any VerdictDesk

  /// Sends rows of which no two are about the same stay, and returns their results in the same order.
  func run(_ rows: [PendingRow]) throws -> [ImportRowResult] {
    let drafted = rows.compactMap { row in if case .drafted(let drafted) = row { drafted } else { nil } }
    var results = try send(drafted).makeIterator()
    return rows.compactMap { row in if case .refused(let result) = row { result } else { results.next() } }
  }

  /// A row on its way.
  private struct Sent {
    var row: DraftedRow
    var resolved: ResolvedRow
    var verdict: Verdict
  }

  private func send(_ rows: [DraftedRow]) throws -> [ImportRowResult] {
    guard !rows.isEmpty else { return [] }
    // A sheet lists families in any order, and a child is alone only if no adult of its room comes with it.
    let order = rows.indices.filter { !rows[$0].isMinor } + rows.indices.filter { rows[$0].isMinor }
    let resolver = StayResolver(register: register, drafter: drafter, desk: desk)
    let resolved = try order.map { try resolver.resolve(rows[$0]) }
    let verdicts = try desk.decide(zip(order, resolved).map { ($1.event, rows[$0].identity) })
    var sent = zip(zip(order, resolved), verdicts).map { Sent(row: rows[$0.0], resolved: $0.1, verdict: $1) }
    try sendOtherwise(&sent)
    var results = sent.map { ImportRowResult($0.row, event: $0.resolved.event.id, verdict: $0.verdict) }
    try sendCheckOuts(sent, to: &results)
    return zip(order, results).sorted { $0.0 < $1.0 }.map(\.1)
  }

  private func sendOtherwise(_ sent: inout [Sent]) throws {
    let places = sent.indices.filter { sent[$0].verdict.decision.codes == CodeSet(.eventIDReused) && sent[$0].resolved.otherwise != nil }
    for place in places { if let event = sent[place].resolved.otherwise { sent[place].resolved.event = event } }
    let verdicts = try desk.decide(places.map { (sent[$0].resolved.event, sent[$0].row.identity) })
    for (place, verdict) in zip(places, verdicts) { sent[place].verdict = verdict }
  }

  // MARK: Departures that have taken place

  private func sendCheckOuts(_ sent: [Sent], to results: inout [ImportRowResult]) throws {
    let checkOuts = sent.indices.compactMap { place in checkOut(of: sent[place]).map { (place, $0) } }
    let verdicts = try desk.decide(checkOuts.map { ($0.1, nil) })
    for ((place, event), verdict) in zip(checkOuts, verdicts) where verdict.decision.outcome == .rejected {
      results[place].add(refusedCheckOut: verdict.decision, happened: event.happened, at: drafter.now)
    }
  }

  /// The check-out that a row tells of, unless it is registered.
  ///
  /// A day alone is read as a day of arrival is: its last second or the time of the import, whichever is earlier.
  private func checkOut(of sent: Sent) -> StayEvent? {
    guard sent.verdict.isRegisteredSomehow, let stated = sent.row.departed, let stay = sent.resolved.event.stay else { return nil }
    let moment = stated.moment()
    if let departed = sent.resolved.stay?.departed {
      let zone = LocalZone.vietnam
      let isSame = moment.isDateOnly ? zone.date(at: departed) == zone.date(at: moment.instant) : departed == moment.instant
      if isSame { return nil }
    }
    let happened =
      moment.isDateOnly ? ReportingDuty.arrival(onDayEnding: moment.instant, received: drafter.now) : moment.instant
    return StayEvent(
      id: drafter.id(after: stay, "departure", happened.description), establishment: sent.row.event.establishment, happened: happened,
      captured: drafter.now, received: drafter.now, channel: sent.row.event.channel, body: .checkOut(stay: stay))
  }
}
