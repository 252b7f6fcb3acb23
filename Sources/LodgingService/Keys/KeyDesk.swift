package import LodgingDomain
import LodgingPipeline
import LodgingStore

/// A month's key as `lodging keys` shows it, without secrets.
package struct KeyOutput: Encodable, Sendable {
  package var month: String
  package var standing: String
  package var sealUntil: String
  package var acceptUntil: String
  package var destroyed: String?
  package var openStays: Int
  package var note: String?

  enum CodingKeys: String, CodingKey {
    case month, standing, destroyed, note
    case sealUntil = "seal_until"
    case acceptUntil = "accept_until"
    case openStays = "open_stays"
  }
}

/// Lists, makes and destroys the months' keys.
package struct KeyDesk {
  private let register: Register

  /// Makes a desk.
  package init(_ register: Register) { self.register = register }

  /// All months, the oldest first, with the open stays that are under each.
  package func list() throws -> [KeyOutput] {
    let open = try openStays()
    return register.keys.months.map { output($0, openStays: open[$0.month] ?? 0) }
  }

  /// Makes this month's and the next month's key.
  package func rotate() throws -> KeyOutput {
    output(try register.keys.rotate(at: register.clock.now), openStays: 0)
  }

  /// Destroys a month's secret keys for good.
  ///
  /// Throws ``ServiceError/keyInUse(_:)`` while an open stay is under it, and `KeyRingError` before the month takes no more events.
  package func destroy(_ month: KeyMonth) throws -> KeyOutput {
    let sender = try EventSender(register)
    defer { sender.close() }
    try sender.settleAll()
    let open = try openStays()[month] ?? 0
    guard open == 0 else {
      throw ServiceError.keyInUse(
        "\(open) open stays are sealed to \(month); it can be destroyed once they have ended (guests who never check out are closed eight days after their planned departure)"
      )
    }
    return output(try register.keys.destroy(month, at: register.clock.now), openStays: 0)
  }

  private func openStays() throws -> [KeyMonth: Int] {
    let establishments = try register.store.positions().values
    return establishments.reduce(into: [:]) { counts, position in
      for establishment in position.state.establishments {
        for stay in establishment.stays.values { counts[stay.month, default: 0] += 1 }
      }
    }
  }

  private func output(_ month: KeyRingMonth, openStays: Int) -> KeyOutput {
    let standing = month.standing(at: register.clock.now)
    return KeyOutput(
      month: month.month.description, standing: "\(standing)", sealUntil: month.sealUntil.rfc3339(),
      acceptUntil: month.acceptUntil.rfc3339(),
      destroyed: month.destroyed?.rfc3339(), openStays: openStays,
      note: standing == .destroyed ? "identities, fingerprints and digests of this month can no longer be read by anybody" : nil)
  }
}
