package import LodgingDomain

extension UnitCatalogue {
  /// What became of a province or commune of the time before, for whoever asks for it by its old code; nil where the code is of none.
  ///
  /// Old and new codes overlap, so only what is no unit of today should be asked.
  package func wordsOnFormer(_ unit: UnitCode) -> String? {
    switch unit {
    case .province(let code):
      guard let former = formerProvince(code), let successor = province(former.successor) else { return nil }
      return "\(code) was \(former.name) until units changed on \(edition.inForce); it is part of \(successor.code) (\(successor.name)) now"
    case .commune(let code):
      let successors = successors(ofFormerCommune: code.description).compactMap { commune($0.code) }
      guard !successors.isEmpty else { return nil }
      let names = successors.map { "\($0.code) (\($0.name))" }.joined(separator: ", ")
      return "\(code) was a commune until units changed on \(edition.inForce); most of it or all is in the first of \(names) now"
    case .nation, .establishment: return nil
    }
  }
}
