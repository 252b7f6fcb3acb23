/// What somebody wrote about an establishment, in a file or on a command line, before it is judged.
public struct WrittenEstablishment: Hashable, Sendable {
  /// The name.
  public var name: String
  /// The kind, by its name in any case of letters.
  public var kind: String
  /// The five digits of the commune.
  public var commune: String
  /// `true` or `false`, in any case of letters.
  public var remote: String
  /// Rooms to let.
  public var rooms: String
  /// Beds to let.
  public var beds: String

  /// Takes what was written.
  public init(name: String, kind: String, commune: String, remote: String, rooms: String, beds: String) {
    self.name = name
    self.kind = kind
    self.commune = commune
    self.remote = remote
    self.rooms = rooms
    self.beds = beds
  }
}

/// What is wrong with what was written: each field once, `field.missing` or `field.invalid`, in the order of the columns.
public struct WrittenEstablishmentError: Error, Hashable, Sendable {
  /// The fields.
  public var problems: [FieldProblem]
}

extension EstablishmentDetails {
  /// Reads what was written; whether the commune exists is the catalogue's to say.
  ///
  /// - Parameter written: What was written.
  /// - Throws: `WrittenEstablishmentError` with every problem at once.
  public init(_ written: WrittenEstablishment) throws(WrittenEstablishmentError) {
    var reading = Reading()
    let name = reading.take(written.name, .name) { Self.isName($0) && !$0.allSatisfy(\.isWhitespace) ? $0 : nil }
    let kind = reading.take(written.kind, .kind) { EstablishmentKind(name: $0.lowercased()) }
    let commune = reading.take(written.commune, .commune) { CommuneCode($0) }
    let remote = reading.take(written.remote, .remote) { ["true": true, "false": false][$0.lowercased()] }
    let rooms = reading.take(written.rooms, .rooms) { UInt32($0) }
    let beds = reading.take(written.beds, .beds) { UInt32($0) }
    guard let name, let kind, let commune, let remote, let rooms, let beds else {
      throw WrittenEstablishmentError(problems: reading.problems)
    }
    self.init(name: name, kind: kind, commune: commune, remote: remote, rooms: rooms, beds: beds)
  }

  private struct Reading {
    var problems: [FieldProblem] = []

    mutating func take<Value>(_ text: String, _ field: Field, _ read: (String) -> Value?) -> Value? {
      let value = read(text)
      if value == nil { problems.append(FieldProblem(field, text.isEmpty ? .fieldMissing : .fieldInvalid)) }
      return value
    }
  }
}
