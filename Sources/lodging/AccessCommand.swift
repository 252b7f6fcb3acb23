import ArgumentParser
import LodgingDomain
import LodgingService

/// `lodging access`.
struct AccessCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "access", abstract: "Grant, list, replace and revoke the access keys of the HTTP interface.",
    discussion: """
      Serving nodes know each change within a second. A key is shown once, when it is made; register and topics hold a keyed hash of it. Send \
      it as `Authorization: Bearer KEY`, and over other people's networks through something that speaks TLS.
      """,
    subcommands: [Grant.self, List.self, Rotate.self, Revoke.self])

  struct Grant: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Make a key; it is printed now and never again.")
    @OptionGroup var global: GlobalOptions
    @Option(
      help: """
        Who holds it: the name of a system or an office, never of a person; up to \(AccessHolder.lengthMax) characters of A-Z a-z 0-9 . _ -
        """)
    var holder: String
    @Option(help: "What it allows: \(AccessScope.allCases.map(\.name).joined(separator: ", ")). May be given several times.")
    var scope: [String] = [AccessScope.read.name]
    @Option(help: ArgumentHelp(stringLiteral: AccessCommand.expiresHelp)) var expires: String?

    func validate() throws {
      _ = try checkedHolder()
      _ = try scopes()
      _ = try AccessCommand.end(expires)
    }

    func run() throws {
      try Exit.mapping(Self.self) {
        let (holder, scopes, expires) = (try checkedHolder(), try scopes(), try AccessCommand.end(expires))
        let desk = AccessDesk(try global.register(for: .writing))
        try AccessCommand.print(desk.grant(to: holder, scopes: scopes, expires: expires), global)
      }
    }

    private func checkedHolder() throws -> AccessHolder {
      guard let holder = AccessHolder(holder) else {
        throw ValidationError("--holder must have 1 to \(AccessHolder.lengthMax) characters of A-Z a-z 0-9 . _ -")
      }
      return holder
    }

    private func scopes() throws -> [AccessScope] {
      try Set(scope).sorted().map { name in
        guard let scope = AccessScope(rawValue: name) else {
          throw ValidationError("there is no such scope; there are \(AccessScope.allCases.map(\.name).joined(separator: ", "))")
        }
        return scope
      }
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List all keys, revoked and expired ones too.")
    @OptionGroup var global: GlobalOptions

    func run() throws {
      try Exit.mapping(Self.self) {
        for key in try AccessDesk(global.register(for: .reading)).list() { try AccessCommand.print(key, global) }
      }
    }
  }

  /// A key by its id.
  struct KeyOptions: ParsableArguments {
    @OptionGroup var global: GlobalOptions
    @Argument(help: "The key's id, as `lodging access list` shows it.") var id: String

    func validate() throws { _ = try keyID() }

    /// The id; what was written instead is not repeated, since it may be the key itself.
    func keyID() throws -> AccessKeyID {
      guard let id = AccessKeyID(id) else {
        throw ValidationError("a key's id has \(AccessKeyID.length) characters; give the id, not the key")
      }
      return id
    }
  }

  struct Rotate: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make a key in the place of another one, for the same holder and scopes; it is printed now and never again.")
    @OptionGroup var key: KeyOptions
    @Option(help: "For how many hours the old key goes on, so that its holder can change over; 0 ends it at once.")
    var overlapHours = 24
    @Option(help: "\(AccessCommand.expiresHelp) Otherwise it ends when the old one would have.") var expires: String?

    func validate() throws {
      let allowed = AccessDesk.overlapHoursAllowed
      guard allowed.contains(overlapHours) else {
        throw ValidationError("--overlap-hours must be \(allowed.lowerBound) to \(allowed.upperBound)")
      }
      _ = try AccessCommand.end(expires)
    }

    func run() throws {
      try Exit.mapping(Self.self) {
        let (id, expires) = (try key.keyID(), try AccessCommand.end(expires))
        let desk = AccessDesk(try key.global.register(for: .writing))
        try AccessCommand.print(desk.rotate(id, overlapHours: overlapHours, expires: expires), key.global)
      }
    }
  }

  struct Revoke: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Take a key back at once and for good.",
      discussion: """
        A key that was granted in its place stays. Where a key got into wrong hands, revoke it, and grant its holder another one.
        """)
    @OptionGroup var key: KeyOptions

    func run() throws {
      try Exit.mapping(Self.self) {
        let id = try key.keyID()
        try AccessCommand.print(AccessDesk(key.global.register(for: .writing)).revoke(id), key.global)
      }
    }
  }

  private static let expiresHelp = "When it ends: a time, such as 2026-11-30T12:00:00+07:00, or a day, at whose end it does."

  /// The end that was given.
  private static func end(_ text: String?) throws -> Instant? { try text.map { try StatedEnd.read($0, of: "--expires") } }

  private static func print(_ key: AccessKeyOutput, _ global: GlobalOptions) throws {
    if global.json { return try Output.json(key) }
    Output.columns([
      (key.id, 10), (key.standing, 8), (key.holder, 24), (key.scopes.joined(separator: ","), 20), ("granted \(key.granted)", 34),
      (key.ends.map { "ends \($0)" } ?? "without end", 32), (key.revoked.map { "revoked \($0)" } ?? "", 34),
      (key.replaces.map { "in place of \($0)" } ?? "", 22),
    ])
    guard let text = key.key else { return }
    Output.line(text)
    FileNote.write("note: the last line is the key; it is not shown again")
  }
}
