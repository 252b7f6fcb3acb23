/// The bounds that keep reading any file within a fixed amount of memory and time.
///
/// Every bound is checked while bytes arrive, never from what a file says about itself. Together they keep a reader below about
/// 200 MiB of memory; the shared strings of a workbook are the largest part.
package struct ImportLimits: Hashable, Sendable {
  /// The longest file, in bytes as it lies on disk.
  package var fileBytesMax = 512 << 20
  /// The longest text of one field, in bytes of UTF-8.
  ///
  /// A spreadsheet's cell holds at most 32,767 characters.
  package var fieldBytesMax = 64 << 10
  /// The longest line of a text file that is read line by line, in bytes of UTF-8.
  ///
  /// The rest of a longer one is skipped.
  package var lineBytesMax = 4 << 10
  /// The most columns of a row that are kept.
  ///
  /// Further ones are counted only.
  package var columnsMax = 64
  /// The most rows of a file, the header included: as many as a spreadsheet has.
  package var rowsMax = 1_048_576
  /// How much of the start of a file is looked at to find its format, encoding and separator, in bytes.
  package var sampleBytesMax = 64 << 10

  /// The largest list of contents of a workbook's archive, in bytes; a workbook's own takes some kilobytes.
  package var archiveDirectoryBytesMax = 1 << 20
  /// The most bytes that are unpacked from a workbook's archive, all parts together; and the most that its cells' texts have, all together.
  package var unzippedBytesMax = 1 << 30
  /// The largest part that is read as a whole (relations, list of sheets, formats), in bytes unpacked.
  package var smallPartBytesMax = 4 << 20
  /// The shared strings of a workbook that are kept in memory, in bytes of UTF-8.
  ///
  /// They are not spilled to disk: a larger file is refused.
  package var sharedStringBytesMax = 64 << 20
  /// The most shared strings of a workbook.
  package var sharedStringsMax = 4 << 20
  /// The most cell formats of a workbook; spreadsheet programs allow about this many.
  package var cellFormatsMax = 65_536

  /// The deepest nesting of XML elements.
  package var xmlDepthMax = 32
  /// The most attributes of one XML element.
  package var xmlAttributesMax = 64
  /// The longest XML token (a tag with its attributes, a comment), in bytes.
  package var xmlTokenBytesMax = 256 << 10
  /// The different names of elements and attributes of an XML file, in bytes all together.
  package var xmlNamesBytesMax = 1 << 20

  /// The limits that every reader uses unless it is told otherwise.
  package static let standard = ImportLimits()
}
