import Testing

struct SwiftCodeTests {
  /// The code without the blanks.
  private func code(_ source: String) -> String {
    SwiftCode(source).lines.joined().filter { $0 != " " }
  }

  @Test("Comments are blanked, nested ones whole")
  func comments() {
    #expect(code("a // b\nc /* d /* e */ f */ g") == "acg")
    #expect(code("a /// \"quote\nb") == "ab")
  }

  @Test("The text of strings is blanked, and code inside an interpolation stays")
  func strings() {
    #expect(code(#"a("b // c")d"#) == "a()d")
    #expect(code(#"a("b \(c("d", (e))) f")g"#) == "a((c(,(e))))g")
    #expect(code(#""\\"a"\"b"c"#) == "ac")
  }

  @Test("Raw and multi-line strings end where they end")
  func rawStrings() {
    #expect(code("a #\"b \" \\(c) \\#(d)\"# e") == "a(d)e")
    #expect(code("a \"\"\"\n \"b\" // c\n \"\"\" d") == "ad")
    #expect(code("#if a\n\"b\"\n#endif") == "#ifa#endif")
  }

  @Test("Lines stay where they were, also in text that ends early")
  func lines() {
    #expect(SwiftCode("a\n/* b\n c */ d\n\"\"\"\n e\n\"\"\"\nf").lines.count == 7)
    #expect(SwiftCode("/* never closed\n").lines.count == 2)
    #expect(SwiftCode("\"never closed\n").lines.count == 2)
    #expect(SwiftCode("").lines == [""])
  }
}
