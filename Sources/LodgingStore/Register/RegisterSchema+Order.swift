extension RegisterSchema {
  /// Of the large table and the small one.
  private static let fingerprintColumns = """
    (
      month INTEGER NOT NULL,
      value INTEGER NOT NULL,
      partition INTEGER NOT NULL,
      check_in INTEGER NOT NULL,
      PRIMARY KEY (month, value, partition, check_in)
    ) WITHOUT ROWID
    """

  /// The same.
  private static let placeColumns = """
    (
      establishment TEXT NOT NULL,
      stay BLOB NOT NULL,
      partition INTEGER NOT NULL,
      check_in INTEGER NOT NULL,
      PRIMARY KEY (establishment, stay)
    ) WITHOUT ROWID
    """

  /// Stays in the order of their check-ins and no longer by establishment, where each lay on a page of its own.
  static let staysInOrder = """
    CREATE TABLE stays_3 (
      partition INTEGER NOT NULL CHECK (partition >= 0),
      check_in INTEGER NOT NULL CHECK (check_in >= 0),
      establishment TEXT NOT NULL,
      stay BLOB NOT NULL CHECK (length(stay) = 16),
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
      identity_offset INTEGER NOT NULL CHECK (identity_offset >= 0),
      fingerprints BLOB NOT NULL CHECK (length(fingerprints) % 12 = 0),
      CHECK (presence NOT IN (3, 6) OR presumed_left IS NOT NULL),
      PRIMARY KEY (partition, check_in)
    ) WITHOUT ROWID;
    INSERT INTO stays_3
    SELECT partition, check_in, establishment, stay, presence, guest_kind, nationality, minor, party, room, arrival, departure, due, departed,
      presumed_left, reported, judged, changed, reason, permit_until, codes, month, identity_offset, fingerprints
    FROM stays ORDER BY partition, check_in;
    CREATE TABLE amendments_3 (
      partition INTEGER NOT NULL,
      check_in INTEGER NOT NULL,
      source INTEGER NOT NULL CHECK (source >= 0),
      PRIMARY KEY (partition, check_in, source)
    ) WITHOUT ROWID;
    INSERT INTO amendments_3 SELECT partition, check_in, source FROM amendments JOIN stays USING (establishment, stay);
    CREATE TABLE fingerprints_3 \(fingerprintColumns);
    INSERT INTO fingerprints_3 SELECT fingerprints.month, value, partition, check_in FROM fingerprints JOIN stays USING (establishment, stay);
    CREATE TABLE stay_places \(placeColumns);
    INSERT INTO stay_places SELECT establishment, stay, partition, check_in FROM stays;
    DROP TABLE stays;
    DROP TABLE amendments;
    DROP TABLE fingerprints;
    ALTER TABLE stays_3 RENAME TO stays;
    ALTER TABLE amendments_3 RENAME TO amendments;
    ALTER TABLE fingerprints_3 RENAME TO fingerprints;
    CREATE INDEX open_stays ON stays (partition) WHERE presence <= 3;

    """

  /// The small tables of both ``DeferredIndex``.
  static let deferredIndexes = """
    CREATE TABLE recent_stay_places \(placeColumns);
    CREATE VIEW all_stay_places AS SELECT * FROM stay_places UNION ALL SELECT * FROM recent_stay_places;
    CREATE TABLE recent_fingerprints \(fingerprintColumns);
    CREATE VIEW all_fingerprints AS SELECT * FROM fingerprints UNION ALL SELECT * FROM recent_fingerprints;
    """
}
