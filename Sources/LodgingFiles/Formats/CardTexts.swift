import LodgingDomain
import LodgingWire

/// The texts of cards' QR codes, one a line.
final class CardTexts: DraftSource {
  private var lines: LineReader
  private let limits: ImportLimits

  let remarks: [ImportRemark] = []

  /// Prepares reading.
  init(source: any ByteSource, limits: ImportLimits) throws(ImportError) {
    lines = try LineReader(source: source, limits: limits)
    self.limits = limits
  }

  func next() throws(ImportError) -> ImportedRow? {
    while let line = try lines.next() {
      guard line.number <= limits.rowsMax else { throw .tooLarge(.rows, row: nil) }
      guard !line.text.isEmpty || line.isTooLong else { continue }
      let text = Normalization.nfc(line.text)
      return ImportedRow(row: line.number, place: line.number, draft: draft(text, isTooLong: line.isTooLong), content: [text])
    }
    return nil
  }

  private func draft(_ text: String, isTooLong: Bool) -> GuestDraft {
    var builder = DraftBuilder(guestKind: .citizen)
    guard !isTooLong else {
      builder.refuse(.row, .fieldInvalid, .tooLong(bytesMax: limits.lineBytesMax))
      return builder.draft
    }
    do throws(CardQRError) {
      builder.card(try CardQR(parsing: text))
    } catch {
      switch error {
      case .tooLong: builder.refuse(.row, .fieldInvalid, .tooLong(bytesMax: CardQR.bytesMax))
      case .tooFewFields: builder.refuse(.row, .fieldInvalid, .cardText)
      case .invalid(let fields): for field in fields { builder.refuse(field) }
      }
    }
    return builder.draft
  }
}

extension DraftBuilder {
  /// The first day on which cards of the new kind were issued (Identity Law 26/2023, in force from 1 July 2024).
  private static let identityCardsSince = try? CivilDate(year: 2024, month: 7, day: 1)

  fileprivate mutating func card(_ card: CardQR) {
    set(\.nationality, .vietnam)
    set(\.fullName, read(.text(card.fullName.text), .event(.fullName), isRequired: true).text)
    set(\.birthDate, card.birthDate)
    set(\.sex, card.sex)
    set(\.documentKind, Self.identityCardsSince.map { card.issueDate >= $0 } == true ? .identityCard : .chipCard)
    set(\.documentNumber, card.number.digits)
    let address = read(.text(card.address), .event(.address)).text
    set(\.residence.address, address)
  }

  fileprivate mutating func refuse(_ field: CardQR.Field) {
    switch field {
    case .number: refuse(.documentNumber, .documentNumberMalformed, .documentNumber)
    case .fullName: refuse(.fullName, .fieldInvalid, .notAName)
    case .birthDate: refuse(.birthDate, .fieldInvalid, .cardDate)
    case .sex: refuse(.sex, .fieldInvalid, .sex)
    case .address: refuse(.address, .fieldInvalid, .cardText)
    case .oldNumber: refuse(.row, .fieldInvalid, .cardText)
    case .issueDate: refuse(.row, .fieldInvalid, .cardDate)
    }
  }
}
