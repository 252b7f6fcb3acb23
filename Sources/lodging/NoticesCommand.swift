import ArgumentParser
import LodgingDomain
import LodgingService

/// `lodging notices`.
struct NoticesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "notices", abstract: "Post, list and withdraw notices: documents that the police look for.",
    discussion: """
      A stay under a document that a notice names raises the alert notice.match within a second, in whichever order they come. Establishments \
      learn nothing of it. The document is sealed; no list, log or topic shows it.
      """,
    subcommands: [Post.self, List.self, Withdraw.self])

  struct Post: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Post a notice, which holds from now on.")
    @OptionGroup var global: GlobalOptions
    @Option(
      help: ArgumentHelp(
        "The document, or - to read it from standard input, so that it is in no list of processes. Kinds: \(Post.kinds).",
        valueName: "kind:number"))
    var document: String
    @Option(help: "The nationality of its holder, three letters (ISO 3166-1).") var nationality = "VNM"
    @Option(help: "The unit that posts it: VN, two digits or five digits.") var unit: UnitCode
    @Option(help: "Why: \(NoticeReason.allCases.map(\.name).joined(separator: ", ")).") var reason: String
    @Option(help: "How much a match matters: high or critical.") var priority = AlertSeverity.high.name
    @Option(help: "When it ends: a time, such as 2026-11-30T12:00:00+07:00, or a day, at whose end it does; a year off at most.")
    var until: String

    private static let kinds = DocumentKind.allCases.filter { $0 != .noDocument }.map(\.name).joined(separator: ", ")

    func validate() throws {
      _ = try request()
      if document != "-" { _ = try named(document) }
    }

    func run() throws {
      try Exit.mapping(Self.self) {
        let request = try request()
        let named = try named(document == "-" ? readLine() ?? "" : document)
        try NoticesCommand.print(NoticeDesk(global.register(for: .writing)).post(named, request), global)
      }
    }

    private func request() throws -> NoticeDesk.Request {
      guard let reason = NoticeReason(name: reason) else {
        throw ValidationError("--reason must be \(NoticeReason.allCases.map(\.name).joined(separator: ", "))")
      }
      guard let priority = AlertSeverity.allCases.first(where: { $0.name == priority && Notice.priorities.contains($0) }) else {
        throw ValidationError("--priority must be high or critical")
      }
      guard unit.level < .establishment else { throw ValidationError("--unit must be VN, two digits or five digits") }
      return NoticeDesk.Request(unit: unit, reason: reason, priority: priority, validUntil: try StatedEnd.read(until, of: "--until"))
    }

    /// The document that was given; what was written instead is not repeated, since it is a number.
    private func named(_ text: String) throws -> NamedDocument {
      guard let nationality = try? Nationality(nationality) else { throw ValidationError("--nationality must be a code such as VNM") }
      guard let named = NamedDocument(text, nationality: nationality) else {
        throw ValidationError(
          "--document must be KIND:NUMBER, such as passport:NUMBER or chip-card:NUMBER; kinds are \(Self.kinds). A citizen's card has twelve "
            + "digits and the nationality VNM")
      }
      return named
    }
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "List all notices, expired and withdrawn ones too, without their documents.")
    @OptionGroup var global: GlobalOptions

    func run() throws {
      try Exit.mapping(Self.self) {
        for notice in try NoticeDesk(global.register(for: .reading)).list() { try NoticesCommand.print(notice, global) }
      }
    }
  }

  struct Withdraw: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Take a notice back for good; the alerts that it raised go with it.")
    @OptionGroup var global: GlobalOptions
    @Argument(help: "The notice's id, as `lodging notices list` shows it.") var id: String

    func validate() throws { _ = try noticeID() }

    func run() throws {
      try Exit.mapping(Self.self) {
        let id = try noticeID()
        try NoticesCommand.print(NoticeDesk(global.register(for: .writing)).withdraw(id), global)
      }
    }

    /// The id; what was written instead is not repeated, since it may be a document's number.
    private func noticeID() throws -> NoticeID {
      guard let id = NoticeID(id) else { throw ValidationError("a notice's id is a UUID; `lodging notices list` shows it") }
      return id
    }
  }

  private static func print(_ notice: NoticeOutput, _ global: GlobalOptions) throws {
    if global.json { return try Output.json(notice) }
    Output.columns([
      (notice.id, 36), (notice.standing, 10), (notice.unit, 5), (notice.reason, 10), (notice.priority, 8), ("posted \(notice.posted)", 33),
      ("until \(notice.validUntil)", 32), (notice.withdrawn.map { "withdrawn \($0)" } ?? "", 36),
      ("ends with the key of \(notice.endsWithKey)", 29),
    ])
  }
}
