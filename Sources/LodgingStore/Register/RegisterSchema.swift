import GRDB

/// The tables of the register; a migration that was released never changes.
///
/// Keys are chosen so that what a batch touches lies in few places: stays and receipts in the order in which their events came, by
/// partition; establishments with their figures by id; flows by day. What finds a stay by its id or its document is random by nature, so
/// both are a ``DeferredIndex``.
enum RegisterSchema {
  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("register 1") { db in
      try db.execute(sql: places)
      try db.execute(sql: stays)
      try db.execute(sql: verdicts)
      try db.execute(sql: replays)
      try db.execute(sql: alerts)
    }
    migrator.registerMigration("register 2") { db in try db.execute(sql: notices) }
    migrator.registerMigration("register 3") { db in try db.execute(sql: staysInOrder + deferredIndexes) }
    return migrator
  }

  /// All tables in an order in which they can be emptied.
  static let tables = [
    "positions", "establishments", "communes", "flows", "stays", "amendments", "stay_places", "recent_stay_places", "fingerprints",
    "recent_fingerprints", "receipts", "quarantine", "replays", "decision_totals", "code_totals", "alerts", "notice_position",
  ]

  /// What makes up the contents of a register: all tables, and of a deferred index both of its tables together.
  static let compared = tables.compactMap { table -> Compared? in
    let indexes = [DeferredIndex.fingerprints, .stayPlaces]
    if indexes.contains(where: { $0.recent == table }) { return nil }
    return Compared(name: indexes.first { $0.name == table }?.all ?? table, keyed: table)
  }

  /// A table, or a view of several.
  struct Compared {
    var name: String
    /// The table whose key its rows have.
    var keyed: String
  }

  private static let places = """
    CREATE TABLE positions (
      partition INTEGER PRIMARY KEY CHECK (partition >= 0),
      "offset" INTEGER NOT NULL CHECK ("offset" >= 0),
      chain BLOB NOT NULL CHECK (length(chain) = 16),
      source INTEGER NOT NULL CHECK (source >= -1),
      now INTEGER NOT NULL
    );
    CREATE TABLE establishments (
      id TEXT PRIMARY KEY NOT NULL CHECK (length(id) BETWEEN 1 AND 32),
      partition INTEGER NOT NULL CHECK (partition >= 0),
      ordinal INTEGER NOT NULL CHECK (ordinal >= 0),
      name TEXT NOT NULL,
      kind INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 7),
      commune INTEGER NOT NULL CHECK (commune BETWEEN 0 AND 99999),
      remote INTEGER NOT NULL CHECK (remote IN (0, 1)),
      rooms INTEGER NOT NULL CHECK (rooms >= 0),
      beds INTEGER NOT NULL CHECK (beds >= 0),
      status INTEGER NOT NULL CHECK (status IN (1, 2)),
      last_report INTEGER,
      over_since INTEGER,
      present INTEGER NOT NULL CHECK (present >= 0),
      overdue INTEGER NOT NULL CHECK (overdue >= 0),
      presumed_left INTEGER NOT NULL CHECK (presumed_left >= 0),
      citizens INTEGER NOT NULL CHECK (citizens >= 0),
      foreigners INTEGER NOT NULL CHECK (foreigners >= 0),
      minors INTEGER NOT NULL CHECK (minors BETWEEN 0 AND present + overdue),
      rooms_in_use INTEGER NOT NULL CHECK (rooms_in_use >= 0),
      CHECK (citizens + foreigners = present + overdue)
    ) WITHOUT ROWID;
    CREATE INDEX establishments_by_commune ON establishments (commune);
    CREATE TABLE communes (
      commune INTEGER PRIMARY KEY CHECK (commune BETWEEN 0 AND 99999),
      present INTEGER NOT NULL CHECK (present >= 0),
      overdue INTEGER NOT NULL CHECK (overdue >= 0),
      presumed_left INTEGER NOT NULL CHECK (presumed_left >= 0),
      citizens INTEGER NOT NULL CHECK (citizens >= 0),
      foreigners INTEGER NOT NULL CHECK (foreigners >= 0),
      minors INTEGER NOT NULL CHECK (minors BETWEEN 0 AND present + overdue),
      rooms_in_use INTEGER NOT NULL CHECK (rooms_in_use >= 0),
      rooms INTEGER NOT NULL CHECK (rooms >= 0),
      beds INTEGER NOT NULL CHECK (beds >= 0),
      establishments INTEGER NOT NULL CHECK (establishments >= 0),
      CHECK (citizens + foreigners = present + overdue)
    );
    CREATE TABLE flows (
      day INTEGER NOT NULL,
      establishment TEXT NOT NULL,
      arrivals INTEGER NOT NULL CHECK (arrivals >= 0),
      departures INTEGER NOT NULL CHECK (departures >= 0),
      check_ins INTEGER NOT NULL CHECK (check_ins >= 0),
      failed INTEGER NOT NULL CHECK (failed BETWEEN 0 AND check_ins),
      PRIMARY KEY (day, establishment)
    ) WITHOUT ROWID;
    """

  private static let stays = """
    CREATE TABLE stays (
      establishment TEXT NOT NULL,
      stay BLOB NOT NULL CHECK (length(stay) = 16),
      partition INTEGER NOT NULL CHECK (partition >= 0),
      presence INTEGER NOT NULL CHECK (presence BETWEEN 1 AND 6),
      guest_kind INTEGER NOT NULL CHECK (guest_kind IN (1, 2)),
      nationality TEXT NOT NULL CHECK (length(nationality) = 3),
      minor INTEGER NOT NULL CHECK (minor IN (0, 1)),
      party BLOB CHECK (length(party) = 16),
      room TEXT NOT NULL,
      arrival INTEGER NOT NULL,
      departure INTEGER NOT NULL,
      due INTEGER NOT NULL,
      departed INTEGER,
      presumed_left INTEGER,
      reported INTEGER NOT NULL,
      judged INTEGER NOT NULL,
      changed INTEGER NOT NULL,
      reason INTEGER NOT NULL,
      permit_until INTEGER,
      codes INTEGER NOT NULL,
      month INTEGER NOT NULL,
      check_in INTEGER NOT NULL CHECK (check_in >= 0),
      identity_offset INTEGER NOT NULL CHECK (identity_offset >= 0),
      fingerprints BLOB NOT NULL CHECK (length(fingerprints) % 12 = 0),
      CHECK (presence NOT IN (3, 6) OR presumed_left IS NOT NULL),
      PRIMARY KEY (establishment, stay)
    ) WITHOUT ROWID;
    CREATE TABLE amendments (
      establishment TEXT NOT NULL,
      stay BLOB NOT NULL,
      source INTEGER NOT NULL CHECK (source >= 0),
      PRIMARY KEY (establishment, stay, source)
    ) WITHOUT ROWID;
    CREATE INDEX open_stays ON stays (partition) WHERE presence <= 3;
    CREATE TABLE fingerprints (
      month INTEGER NOT NULL,
      value INTEGER NOT NULL,
      establishment TEXT NOT NULL,
      stay BLOB NOT NULL,
      PRIMARY KEY (month, value, establishment, stay)
    ) WITHOUT ROWID;
    """

  private static let verdicts = """
    CREATE TABLE receipts (
      partition INTEGER NOT NULL,
      source INTEGER NOT NULL CHECK (source >= 0),
      ledger_offset INTEGER NOT NULL CHECK (ledger_offset >= 0),
      establishment TEXT NOT NULL,
      event BLOB NOT NULL CHECK (length(event) = 16),
      stay BLOB CHECK (length(stay) = 16),
      kind INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 10),
      outcome INTEGER NOT NULL CHECK (outcome BETWEEN 1 AND 4),
      codes INTEGER NOT NULL,
      fields BLOB NOT NULL CHECK (length(fields) % 2 = 0),
      due INTEGER,
      judged INTEGER,
      digest BLOB NOT NULL CHECK (length(digest) = 16),
      received INTEGER NOT NULL,
      now INTEGER NOT NULL,
      own_reference TEXT NOT NULL,
      first_source INTEGER,
      first_digest BLOB CHECK (length(first_digest) = 16),
      first_month INTEGER,
      first_outcome INTEGER CHECK (first_outcome IN (1, 2)),
      first_codes INTEGER,
      first_check_in INTEGER CHECK (first_check_in IN (0, 1)),
      first_registered INTEGER,
      CHECK ((outcome = 4) = (first_source IS NOT NULL)),
      PRIMARY KEY (partition, source)
    ) WITHOUT ROWID;
    CREATE TABLE quarantine (
      partition INTEGER NOT NULL,
      source INTEGER NOT NULL CHECK (source >= 0),
      code INTEGER NOT NULL CHECK (code BETWEEN 0 AND 7),
      reason TEXT NOT NULL,
      size INTEGER NOT NULL CHECK (size >= 0),
      digest BLOB NOT NULL CHECK (length(digest) = 16),
      now INTEGER NOT NULL,
      PRIMARY KEY (partition, source)
    ) WITHOUT ROWID;
    CREATE TABLE decision_totals (
      of_stay INTEGER NOT NULL CHECK (of_stay IN (0, 1)),
      outcome INTEGER NOT NULL CHECK (outcome BETWEEN 1 AND 5),
      count INTEGER NOT NULL CHECK (count > 0),
      PRIMARY KEY (of_stay, outcome)
    ) WITHOUT ROWID;
    CREATE TABLE code_totals (
      of_stay INTEGER NOT NULL CHECK (of_stay IN (0, 1)),
      outcome INTEGER NOT NULL CHECK (outcome BETWEEN 1 AND 5),
      code INTEGER NOT NULL CHECK (code BETWEEN 0 AND 63),
      count INTEGER NOT NULL CHECK (count > 0),
      PRIMARY KEY (of_stay, outcome, code)
    ) WITHOUT ROWID;
    """

  /// Beside the quarantine and not in it: the event may be folded before the record that it was, which lies on another partition.
  private static let replays = """
    CREATE TABLE replays (
      original_partition INTEGER NOT NULL,
      original_incarnation INTEGER NOT NULL,
      original_source INTEGER NOT NULL,
      partition INTEGER NOT NULL,
      source INTEGER NOT NULL,
      PRIMARY KEY (original_partition, original_source, original_incarnation, partition, source)
    ) WITHOUT ROWID;
    """

  private static let alerts = """
    CREATE TABLE alerts (
      id TEXT PRIMARY KEY NOT NULL CHECK (length(id) = 32),
      kind INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 6),
      severity INTEGER NOT NULL CHECK (severity BETWEEN 1 AND 4),
      score INTEGER NOT NULL CHECK (score BETWEEN 1 AND 100),
      establishment TEXT NOT NULL,
      stay BLOB CHECK (length(stay) = 16),
      other_establishment TEXT,
      other_stay BLOB CHECK (length(other_stay) = 16),
      day INTEGER,
      at INTEGER NOT NULL,
      reasons TEXT NOT NULL CHECK (json_valid(reasons)),
      standing_partition INTEGER,
      CHECK ((other_establishment IS NULL) = (other_stay IS NULL))
    ) WITHOUT ROWID;
    CREATE INDEX standing_alerts ON alerts (standing_partition) WHERE standing_partition IS NOT NULL;
    """

  /// Alerts about notices, and up to where notices are held against stays; of a notice itself nothing is stored.
  private static let notices = """
    CREATE TABLE alerts_2 (
      id TEXT PRIMARY KEY NOT NULL CHECK (length(id) = 32),
      kind INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 7),
      severity INTEGER NOT NULL CHECK (severity BETWEEN 1 AND 4),
      score INTEGER NOT NULL CHECK (score BETWEEN 1 AND 100),
      establishment TEXT NOT NULL,
      stay BLOB CHECK (length(stay) = 16),
      other_establishment TEXT,
      other_stay BLOB CHECK (length(other_stay) = 16),
      day INTEGER,
      at INTEGER NOT NULL,
      reasons TEXT NOT NULL CHECK (json_valid(reasons)),
      standing_partition INTEGER,
      notice BLOB CHECK (length(notice) = 16),
      CHECK ((other_establishment IS NULL) = (other_stay IS NULL)),
      CHECK ((kind = 7) = (notice IS NOT NULL))
    ) WITHOUT ROWID;
    INSERT INTO alerts_2 SELECT *, NULL FROM alerts;
    DROP TABLE alerts;
    ALTER TABLE alerts_2 RENAME TO alerts;
    CREATE INDEX standing_alerts ON alerts (standing_partition) WHERE standing_partition IS NOT NULL;
    CREATE INDEX notice_alerts ON alerts (notice) WHERE notice IS NOT NULL;
    CREATE TABLE notice_position (
      one INTEGER PRIMARY KEY CHECK (one = 1),
      next INTEGER NOT NULL CHECK (next >= 0),
      digest BLOB NOT NULL CHECK (length(digest) = 16)
    );
    """
}
