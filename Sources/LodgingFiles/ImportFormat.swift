/// The kinds of file that establishments have.
package enum ImportFormat: String, CaseIterable, Sendable {
  /// The citizens' sheet of 19 columns as text.
  case citizensCSV = "citizens-csv"
  /// The citizens' sheet of 19 columns as a workbook.
  case citizensXLSX = "citizens-xlsx"
  /// The foreigners' declaration.
  case foreignersXML = "foreigners-xml"
  /// One text of a card's QR code a line.
  case qr
  /// Machine-readable zones, two or three lines a document.
  case mrz
}
