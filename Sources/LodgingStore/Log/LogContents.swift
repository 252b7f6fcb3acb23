import GRDB
import LodgingPipeline

/// What the file says about itself: its format, the number of partitions, and the table of each topic.
struct LogContents: Sendable {
  /// The format that this code writes.
  static let format = 1

  var partitions: Int
  var tables: [Topic: LogTable]

  /// Reads the contents, and makes what is missing unless the file may only be read.
  static func open(_ db: Database, path: String, settings: LogSettings) throws -> LogContents {
    if let held = try check(db, path: path, settings: settings),
      settings.isReadOnly || settings.topics.allSatisfy({ held.tables[$0] != nil })
    {
      return held
    }
    guard !settings.isReadOnly else { throw LogOpenError.notALog(path: path) }
    var contents: LogContents?
    try db.inTransaction(.immediate) {
      // Another process may have been faster.
      var held = try check(db, path: path, settings: settings) ?? create(db, settings: settings)
      try held.add(settings.topics, db)
      contents = held
      return .commit
    }
    guard let contents else { throw LogOpenError.notALog(path: path) }
    return contents
  }

  /// The contents of an existing log, or nil where the file is empty; writes nothing.
  static func check(_ db: Database, path: String, settings: LogSettings) throws -> LogContents? {
    let names = try String.fetchSet(db, sql: "SELECT name FROM sqlite_schema WHERE type = 'table'")
    guard names.contains("meta"), names.contains("topics") else {
      guard names.isEmpty else { throw LogOpenError.notALog(path: path) }
      return nil
    }
    let numbers = try Row.fetchAll(db, sql: "SELECT name, value FROM meta").reduce(into: [String: Int]()) { $0[$1["name"]] = $1["value"] }
    guard let held = numbers["format"], held >= 1, let partitions = numbers["partitions"] else { throw LogOpenError.notALog(path: path) }
    guard held <= format else { throw LogOpenError.newerFormat(held: held, known: format) }
    if let wanted = settings.partitions, wanted != partitions { throw LogOpenError.otherPartitions(held: partitions, wanted: wanted) }
    return LogContents(partitions: partitions, tables: try tables(db))
  }

  private static func create(_ db: Database, settings: LogSettings) throws -> LogContents {
    let partitions = settings.partitions ?? LogSettings.partitionsByDefault
    try db.execute(
      sql: """
        CREATE TABLE meta (name TEXT PRIMARY KEY NOT NULL, value INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE topics (name TEXT PRIMARY KEY NOT NULL, table_name TEXT NOT NULL UNIQUE) WITHOUT ROWID;
        """)
    try db.execute(sql: "INSERT INTO meta VALUES ('format', ?), ('partitions', ?)", arguments: [format, partitions])
    return LogContents(partitions: partitions, tables: [:])
  }

  /// The topics that the file has.
  static func tables(_ db: Database) throws -> [Topic: LogTable] {
    let numbers = try Row.fetchAll(db, sql: "SELECT name, value FROM meta")
    return try Row.fetchAll(db, sql: "SELECT name, table_name FROM topics").reduce(into: [:]) {
      $0[Topic($1["name"])] = LogTable(name: $1["table_name"], beginnings: LogTable.beginnings(of: $1["table_name"], in: numbers))
    }
  }

  private mutating func add(_ topics: [Topic], _ db: Database) throws {
    for topic in topics where tables[topic] == nil {
      guard let name = Self.tableName(of: topic), !tables.values.contains(where: { $0.name == name }) else {
        throw LogOpenError.impossibleTopic(topic)
      }
      let table = LogTable(name: name)
      try db.execute(sql: table.creation)
      try db.execute(sql: "INSERT INTO topics VALUES (?, ?)", arguments: [topic.name, name])
      tables[topic] = table
    }
  }

  /// The table of a topic: `events` and `ledger` for the two that other programs know by these names, else the topic's name with `-` and
  /// `.` replaced.
  static func tableName(of topic: Topic) -> String? {
    switch topic {
    case .events: return "events"
    case .ledger: return "ledger"
    default: break
    }
    let bytes = Array(topic.name.utf8)
    guard let first = bytes.first, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first), bytes.count <= 200 else { return nil }
    var name = ""
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): name.unicodeScalars.append(Unicode.Scalar(byte))
      case UInt8(ascii: "-"), UInt8(ascii: "."): name.append("_")
      default: return nil
      }
    }
    return ["meta", "topics", "events", "ledger"].contains(name) || name.hasPrefix("sqlite_") ? nil : name
  }
}
