import Testing

struct DocumentRulesTests {
  @Test("Both commands must stand at the top of README.md")
  func readme() {
    #expect(DocumentRules.readmeViolations("# A\n\nmake demo\nmake test\n").isEmpty)
    #expect(DocumentRules.readmeViolations("# A\n\nmake demo\n").count == 1)
    #expect(DocumentRules.readmeViolations(String(repeating: "\n", count: 15) + "make demo\nmake test\n").count == 2)
  }

  @Test("The licence must be there, and whole")
  func licence() {
    #expect(DocumentRules.licenceViolations(nil).count == 1)
    #expect(DocumentRules.licenceViolations("Apache License, see the web").count == 1)
    #expect(DocumentRules.licenceViolations("Apache License Version 2.0, January 2004 … END OF TERMS AND CONDITIONS").isEmpty)
  }

  @Test("A link must lead to a file, seen from the folder of the document")
  func links() {
    func lines(_ text: String, in path: String = "README.md") -> [Int?] {
      DocumentRules.linkViolations(in: RepositoryFile(path: path, text: text)) { ["LICENSE", "docs/a.md"].contains($0) }.map(\.line)
    }
    #expect(lines("[a](LICENSE) and [b](docs/a.md#part) and [c](https://example.org) and [d](#here)").isEmpty)
    #expect(lines("\n[a](MISSING.md)") == [2])
    #expect(lines("[a](a.md)", in: "docs/b.md").isEmpty)
    #expect(lines("[a](docs/a.md)", in: "docs/b.md") == [1])
  }
}
