import CLibXML2

/// What an XML file tells while it is read.
protocol SAXHandler: AnyObject {
  /// An element begins; the name is without prefix.
  func elementStarted(_ name: String, _ attributes: SAXAttributes) throws(ImportError)
  /// An element ends.
  func elementEnded(_ name: String) throws(ImportError)
  /// A piece of text in UTF-8; one text may come in several pieces.
  func text(_ bytes: UnsafeBufferPointer<UInt8>) throws(ImportError)
}

/// The attributes of an element, valid only while it is told.
struct SAXAttributes {
  /// Name, prefix, namespace, beginning and end of the value of each attribute.
  fileprivate let pointers: UnsafeMutablePointer<UnsafePointer<xmlChar>?>?
  fileprivate let count: Int

  /// The value of the attribute with this name, whatever its prefix.
  subscript(_ name: String) -> String? {
    guard let pointers else { return nil }
    for index in 0..<count {
      guard let found = pointers[5 * index], xmlStrEqual(found, name) == 1,
        let start = pointers[5 * index + 3], let end = pointers[5 * index + 4]
      else { continue }
      return String(decoding: UnsafeBufferPointer(start: start, count: end - start), as: UTF8.self)
    }
    return nil
  }
}

/// Reads XML in pieces through libxml2's SAX interface.
///
/// It owns the parser's context.
///
/// Nothing is fetched, no document type is read and no entity of the file's own exists: the first sign of one ends the reading.
final class SAXParser {
  private let handler: any SAXHandler
  private let limits: ImportLimits
  private var context: xmlParserCtxtPtr?
  private var sax = xmlSAXHandler()
  private var depth = 0
  private var failure: ImportError?

  /// The longest piece of input for one call, in bytes: how far a token may overshoot its bound, and how much one call may tell.
  static let inputBytesMax = 8 << 10

  /// Makes a parser that tells a handler what it reads.
  init(_ handler: any SAXHandler, limits: ImportLimits) {
    self.handler = handler
    self.limits = limits
    xmlInitParser()
    sax.initialized = XML_SAX2_MAGIC
    sax.startElementNs = Self.onStart
    sax.endElementNs = Self.onEnd
    sax.characters = Self.onText
    sax.cdataBlock = Self.onText
    sax.ignorableWhitespace = Self.onText
    sax.internalSubset = { context, _, _, _ in SAXParser.of(context)?.stop(.documentType) }
    sax.externalSubset = { context, _, _, _ in SAXParser.of(context)?.stop(.documentType) }
    sax.entityDecl = { context, _, _, _, _, _ in SAXParser.of(context)?.stop(.documentType) }
    sax.reference = { context, _ in SAXParser.of(context)?.stop(.documentType) }
    sax.serror = { context, error in SAXParser.of(context)?.note(error) }
  }

  deinit {
    if let context { xmlFreeParserCtxt(context) }
  }

  /// Reads the next piece of the file.
  ///
  /// - Parameter bytes: At least one and at most `inputBytesMax` bytes; the first piece must hold the first four bytes of the file, if it
  ///   has as many.
  /// - Throws: `ImportError.documentType`, `.malformed(.xml)`, `.encoding`, `.tooLarge`, and what the handler throws. After that the
  ///   parser is spent.
  func feed(_ bytes: ArraySlice<UInt8>) throws(ImportError) {
    guard failure == nil, !bytes.isEmpty else { return }
    if context == nil { try open(bytes.prefix(4)) }
    guard let context else { return }
    bytes.withUnsafeBytes { buffer in
      let skipped = isOpening ? min(4, buffer.count) : 0
      guard let base = buffer.baseAddress, buffer.count > skipped else { return }
      _ = xmlParseChunk(context, base.assumingMemoryBound(to: CChar.self) + skipped, Int32(buffer.count - skipped), 0)
    }
    isOpening = false
    try check(context)
    if let input = context.pointee.input, input.pointee.end - input.pointee.cur > limits.xmlTokenBytesMax {
      throw .tooLarge(.xmlToken, row: nil)
    }
  }

  /// Ends the file.
  ///
  /// - Throws: `ImportError.truncated` where elements are still open, and whatever ``feed(_:)`` throws.
  func finish() throws(ImportError) {
    guard let context else { throw .empty }
    isFinishing = true
    _ = xmlParseChunk(context, nil, 0, 1)
    try check(context)
  }

  private var isOpening = false
  private var isFinishing = false

  /// libxml2 finds the encoding from the first four bytes.
  private func open(_ start: ArraySlice<UInt8>) throws(ImportError) {
    let user = Unmanaged.passUnretained(self).toOpaque()
    context = start.withUnsafeBytes { buffer in
      xmlCreatePushParserCtxt(&sax, user, buffer.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(buffer.count), nil)
    }
    guard let context else { throw .malformed(.xml, line: nil) }
    isOpening = true
    xmlCtxtUseOptions(context, Int32(XML_PARSE_NONET.rawValue))
    // libxml2 keeps every name that it has seen; without a bound, a file of nothing but different names fills the memory and takes hours.
    xmlDictSetLimit(context.pointee.dict, limits.xmlNamesBytesMax)
  }

  private func check(_ context: xmlParserCtxtPtr) throws(ImportError) {
    if let failure { throw failure }
    // A parser that ran out of room stops without calling the file ill-formed.
    guard context.pointee.wellFormed == 0 || context.pointee.disableSAX != 0 else { return }
    let line = fault?.line ?? Int(xmlSAX2GetLineNumber(context))
    switch fault?.code {
    case XML_ERR_NO_MEMORY:
      throw .tooLarge(.xmlToken, row: nil)
    case XML_ERR_INVALID_ENCODING, XML_ERR_INVALID_CHAR, XML_ERR_UNSUPPORTED_ENCODING, XML_ERR_UNKNOWN_ENCODING, XML_I18N_CONV_FAILED,
      XML_I18N_NO_HANDLER:
      throw .encoding(.damaged, line: line)
    case XML_ERR_UNDECLARED_ENTITY, XML_WAR_UNDECLARED_ENTITY:
      throw .documentType
    default:
      throw fault?.isAtEnd == true ? .truncated(row: nil) : .malformed(.xml, line: line)
    }
  }

  /// The first error that made the file not well formed; those after it follow from it.
  private var fault: (code: xmlParserErrors, line: Int, isAtEnd: Bool)?

  private func note(_ error: xmlErrorPtr?) {
    guard fault == nil, let error, error.pointee.level == XML_ERR_FATAL, let input = context?.pointee.input else { return }
    let code = xmlParserErrors(UInt32(bitPattern: error.pointee.code))
    fault = (code, Int(error.pointee.line), isFinishing && input.pointee.end - input.pointee.cur <= 0)
  }

  private static func of(_ context: UnsafeMutableRawPointer?) -> SAXParser? {
    context.map { Unmanaged<SAXParser>.fromOpaque($0).takeUnretainedValue() }
  }

  private func stop(_ error: ImportError) {
    if failure == nil { failure = error }
    if let context { xmlStopParser(context) }
  }

  private func tell(_ body: () throws(ImportError) -> Void) {
    guard failure == nil else { return }
    do throws(ImportError) {
      try body()
    } catch {
      stop(error)
    }
  }

  private static let onStart: startElementNsSAX2Func = { context, name, _, _, _, _, attributeCount, _, attributes in
    guard let parser = SAXParser.of(context), let name else { return }
    parser.tell { () throws(ImportError) in
      parser.depth += 1
      guard parser.depth <= parser.limits.xmlDepthMax else { throw .tooLarge(.xmlDepth, row: nil) }
      guard attributeCount <= parser.limits.xmlAttributesMax else { throw .tooLarge(.xmlToken, row: nil) }
      try parser.handler.elementStarted(String(cString: name), SAXAttributes(pointers: attributes, count: Int(attributeCount)))
    }
  }

  private static let onEnd: endElementNsSAX2Func = { context, name, _, _ in
    guard let parser = SAXParser.of(context), let name else { return }
    parser.tell { () throws(ImportError) in
      parser.depth -= 1
      try parser.handler.elementEnded(String(cString: name))
    }
  }

  private static let onText: charactersSAXFunc = { context, bytes, count in
    guard let parser = SAXParser.of(context), let bytes, count > 0 else { return }
    parser.tell { () throws(ImportError) in
      try parser.handler.text(UnsafeBufferPointer(start: bytes, count: Int(count)))
    }
  }
}
