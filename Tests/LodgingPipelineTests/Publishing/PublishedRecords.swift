import LodgingDomain
import LodgingPipeline
import LodgingTesting
import Testing

/// The topics `occupancy` and `alerts` as somebody sees them who reads them from the start, by a reader that shares nothing with the publisher.
struct PublishedRecords {
  /// Figures in the order of their fields, from the third on.
  typealias Figures = [UInt64]

  /// The sum of each unit over the partitions.
  private(set) var units: [String: Figures] = [:]
  /// The ids of the alerts that stand.
  private(set) var standing: Set<String> = []
  /// The ids of those that were withdrawn.
  private(set) var withdrawn: Set<String> = []
  /// The last value of each key.
  private(set) var last: [String: [UInt8]] = [:]
  /// Keys whose last record is none that can be read.
  private(set) var unreadable: [String] = []

  init(_ log: SimulatedLog) throws {
    var records: [SimulatedRecord] = []
    for topic in [Topic.occupancy, .alerts] {
      for partition in 0..<(try log.partitions(of: topic)) { records += log.contents(of: TopicPartition(topic, partition)) }
    }
    // As they came, whatever their partition.
    let order = records.indices.sorted { (records[$0].appended, $0) < (records[$1].appended, $1) }
    for record in order.map({ records[$0] }) { last[String(decoding: try #require(record.key), as: UTF8.self)] = record.value }
    for (key, value) in last { take(key, value) }
  }

  private mutating func take(_ key: String, _ value: [UInt8]) {
    guard let message = FlatMessage(value) else { return unreadable.append(key) }
    if let slash = key.firstIndex(of: "/") {
      let figures = (3...12).map { message.numbers[$0, default: 0] }
      let sum = units[String(key[..<slash]), default: Array(repeating: 0, count: figures.count)]
      units[String(key[..<slash])] = zip(sum, figures).map { $0 + $1 }
    } else if message.numbers[2] == 1 {
      standing.insert(key)
    } else {
      withdrawn.insert(key)
    }
  }

  /// What the units must come to, by a read model; units without anything are left out.
  static func expected(_ contents: MemoryReadModel.Contents) -> [String: Figures] {
    var units: [String: Occupancy] = [:]
    for (id, counted) in contents.occupancy {
      let province = MemoryPublication.province(of: counted.commune).map { UnitCode.province($0) }
      for unit in [.nation, province, .commune(counted.commune), .establishment(id)].compactMap({ $0 }) {
        units[unit.description] = (units[unit.description] ?? Occupancy()) + counted.occupancy
      }
    }
    return units.mapValues(figures).filter { $0.value.contains { $0 > 0 } }
  }

  static func figures(_ of: Occupancy) -> Figures {
    [
      of.present, of.overdue, of.presumedLeft, of.citizens, of.foreigners, of.minors, of.roomsInUse, of.rooms, of.beds, of.establishments,
    ].map(UInt64.init)
  }

  /// Units in which something is counted.
  var counted: [String: Figures] { units.filter { $0.value.contains { $0 > 0 } } }
}
