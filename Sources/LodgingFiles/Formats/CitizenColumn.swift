/// The nineteen columns of the citizens' sheet, in their order.
enum CitizenColumn: Int, CaseIterable {
  case sequence
  case fullName
  case birthDate
  case sex
  case nationality
  case documentKind
  case documentName
  case documentNumber
  case phone
  case residenceKind
  case province
  case commune
  case address
  case arrival
  case departure
  case room
  case reason
  case reasonText
  case note
}
