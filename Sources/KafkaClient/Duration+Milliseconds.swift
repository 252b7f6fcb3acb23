extension Duration {
  /// Whole milliseconds for a C timeout: rounded up, never below 0 and never infinite.
  package var timeoutMilliseconds: Int32 {
    let (seconds, attoseconds) = components
    guard seconds >= 0, attoseconds >= 0 else { return 0 }
    let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1000)
    let rest = (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
    return overflow ? Int32.max : Int32(clamping: whole.addingReportingOverflow(rest).partialValue)
  }
}
