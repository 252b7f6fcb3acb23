import LodgingDomain
import LodgingWire

/// What the identity of one check-in costs: sealing at the sender, and opening, digest and fingerprints at the validator.
struct IdentityBench {
  let samples: Samples
  let measurement: Measurement

  func run() throws {
    var generator = SystemRandomNumberGenerator()
    let keys = MonthKeys.random(month: KeyMonth(index: 24_318), using: &generator)
    print("identities")
    let records = try measureSealing(keys)
    try measureOpening(records, keys)
    try measureDigests(keys)
    try measureFingerprints(keys)
  }

  private func measureSealing(_ keys: MonthKeys) throws -> Records {
    let envelopes = Measurement(records: 200, filter: measurement.filter)
    try envelopes.run("new sealer with its envelope") {
      try (0..<200).count { _ in try IdentitySealer(month: keys.month, publicKey: keys.publicBytes).month == keys.month }
    }
    let sealers = try (0..<100).map { _ in try IdentitySealer(month: keys.month, publicKey: keys.publicBytes) }
    func seal(_ index: Int) throws -> SealedIdentity {
      let event = samples.events[index]
      return try sealers[index % sealers.count].seal(samples.identities[index], establishment: event.establishment, event: event.id)
    }
    try measurement.run("sealed by IdentitySealer") { try samples.events.indices.count { try seal($0).month == keys.month } }
    var records = Records()
    for index in samples.events.indices {
      let sealed = try seal(index)
      try records.add { try WireEvent.encode(samples.events[index], identity: .sealed(sealed), into: &$0) }
    }
    return records
  }

  private func measureOpening(_ records: Records, _ keys: MonthKeys) throws {
    let opened = try records.map { try WireEvent.decode($0) }
    let identities = try records.map { record in
      guard case .sealed(let ranges) = try WireEvent.decode(record).identity else { throw WireError.missing(.identity) }
      return SealedIdentity(ranges, in: record)
    }
    let envelopes = Measurement(records: 100, filter: measurement.filter)
    try envelopes.run("envelope and identity opened") {
      let opener = IdentityOpener()
      return (0..<100).count { index in
        let event = samples.events[index]
        return opener.open(identities[index], establishment: event.establishment, event: event.id, keys: keys) != nil
      }
    }
    let opener = IdentityOpener()
    try measurement.run("identity opened, envelope known") {
      var index = 0
      return records.count { record in
        defer { index += 1 }
        guard case .sealed(let ranges) = opened[index].identity else { return false }
        let event = samples.events[index]
        return opener.open(ranges, in: record, establishment: event.establishment, event: event.id, keys: keys) != nil
      }
    }
    var plain = Records()
    for identity in samples.identities { try plain.add { try WireIdentity.encode(identity, padded: true, into: &$0) } }
    try measurement.run("identity read by WireIdentity") { try plain.count { try WireIdentity.decode($0).documentKind == .chipCard } }
  }

  private func measureDigests(_ keys: MonthKeys) throws {
    let digests = ContentDigest()
    try measurement.run("content digest") {
      zip(samples.events, samples.identities).count { digests.make(event: $0, identity: $1, key: keys.digest) != .zero }
    }
  }

  private func measureFingerprints(_ keys: MonthKeys) throws {
    var fingerprints = DirectoryFingerprints(key: samples.key)
    try measurement.run("person's directory fingerprints") {
      samples.identities.count {
        fingerprints.person(row: 7, name: $0.fullName, birthDate: $0.birthDate, sex: $0.sex).exactName != 0
      }
    }
    try measurement.run("same-document fingerprint") {
      samples.identities.count {
        DirectoryFingerprints.sameDocument(
          kind: $0.documentKind, nationality: .vietnam, number: $0.documentNumber, key: keys.fingerprint) != 0
      }
    }
  }
}
