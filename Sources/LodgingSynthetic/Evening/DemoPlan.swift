import LodgingDomain

/// One evening of a synthetic country as an ordered stream of exactly so many items.
///
/// The same country, count and seed give the same stream on every machine. Items come in the order of their append times, and an event
/// comes after those of the same establishment that it depends on. Iterating again begins again; memory is a few bytes an establishment
/// and what waits to be sent.
///
/// ```swift
/// let plan = DemoPlan(country: country, events: 300_000, seed: 7)
/// for item in plan.establishmentEvents { append(item) }
/// for item in plan { append(item) }
/// ```
public struct DemoPlan: Sequence, Sendable {
  /// The country that the evening happens in.
  public let country: SyntheticCountry
  /// How many items there are.
  public let count: Int
  /// What the evening is made from, beside the country.
  public let seed: UInt64

  /// Plans an evening.
  ///
  /// - Parameters:
  ///   - country: The country; it should have an establishment, or nothing but garbage and unknown establishments come.
  ///   - events: How many items, duplicates and garbage included; limited to 0...10⁹.
  ///   - seed: Any number.
  public init(country: SyntheticCountry, events: Int, seed: UInt64) {
    self.country = country
    count = EveningClock(count: events).count
    self.seed = seed
  }

  /// Begins the stream.
  public func makeIterator() -> DemoIterator { DemoIterator(self) }

  /// The number of items, which is exact.
  public var underestimatedCount: Int { count }

  /// The openings of all establishments, and then the closings of those that take no guests any more on the evening.
  ///
  /// They are appended before the evening and not counted among its items.
  public var establishmentEvents: some Sequence<DemoItem> {
    let writer = EveningWriter(country: country, seed: seed)
    let all = 0..<country.establishmentCount
    let openings = all.lazy.map { writer.opening(of: $0) }
    let closings = all.filter(country.isClosed).enumerated().map { writer.closing(of: $1, item: all.count + $0) }
    return [AnySequence(openings), AnySequence(closings)].lazy.joined()
  }
}

extension EveningWriter {
  private static let openingsStart = EveningClock.start.adding(hours: -2)
  private static let closingsStart = EveningClock.start.adding(minutes: -20)

  /// The item that opens an establishment; all openings take an hour and a half.
  fileprivate func opening(of index: Int) -> DemoItem {
    let offset = Int64(index) * 90 * 60_000 / Int64(max(1, country.establishmentCount))
    let body = StayEvent.Body.establishmentOpened(country.establishment(at: index).details)
    return item(
      index, about: index, id: Reserved.opened + UInt64(index), body, at: Self.openingsStart.adding(milliseconds: offset))
  }

  /// The item that closes an establishment.
  fileprivate func closing(of index: Int, item place: Int) -> DemoItem {
    let offset = Int64(index) * 15 * 60_000 / Int64(max(1, country.establishmentCount))
    return item(
      place, about: index, id: Reserved.closed + UInt64(index), .establishmentClosed, at: Self.closingsStart.adding(milliseconds: offset))
  }

  private func item(_ place: Int, about index: Int, id: UInt64, _ body: StayEvent.Body, at time: Instant) -> DemoItem {
    let establishment = country.id(at: index)
    let event = StayEvent(
      id: eventID(id), establishment: establishment, happened: time, captured: time, received: time, channel: .command, body: body)
    return DemoItem(
      index: place, appended: time, key: establishment, content: .event(event, nil), deviations: [], isSentAgain: false)
  }
}
