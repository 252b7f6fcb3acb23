extension KafkaConfiguration {
  /// Why a login could be read on its way to the brokers, or is not used, and what to do; nil where nothing is wrong with it.
  ///
  /// PLAIN (RFC 4616) and OAUTHBEARER (RFC 7628) show the secret itself, and from an exchange of SCRAM (RFC 5802) whoever reads it can try
  /// passwords at leisure: these go over TLS, to a broker whose name and certificate are looked at. GSSAPI protects itself. The words name
  /// settings, and no value that is secret.
  package var loginProblem: String? {
    guard settings.keys.contains(where: { $0.hasPrefix("sasl.") }) else { return nil }
    let transport = settings["security.protocol"]?.lowercased() ?? "plaintext"
    guard transport.hasPrefix("sasl_") else {
      return "a login (sasl.…) is not used with security.protocol=\(transport); set security.protocol=sasl_ssl"
    }
    let mechanisms = ["sasl.mechanism", "sasl.mechanisms"].compactMap { settings[$0]?.uppercased() }
    guard let mechanism = mechanisms.first(where: { $0 != "GSSAPI" }) else { return nil }
    guard transport == "sasl_ssl" else {
      return "sasl.mechanism=\(mechanism) without TLS lets others read the password, or try passwords; set security.protocol=sasl_ssl"
    }
    let looking = [("enable.ssl.certificate.verification", ["true", "t", "1"]), ("ssl.endpoint.identification.algorithm", ["https"])]
    let blind = looking.first { name, values in settings[name].map { !values.contains($0.lowercased()) } ?? false }
    return blind.map { "security.protocol=sasl_ssl with \($0.0) turned off gives the password to whoever answers; leave that setting out" }
  }
}

extension KafkaConfiguration: CustomStringConvertible, CustomReflectable {
  /// The settings by name as they may be shown: secrets are replaced by asterisks.
  package var masked: [String: String] {
    Dictionary(uniqueKeysWithValues: settings.map { name, value in (name, Self.isSecret(name) ? "********" : value) })
  }

  /// `name=value`, one a line, sorted, secrets masked.
  package var description: String {
    masked.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: "\n")
  }

  /// The settings with secrets masked, so that a dump shows none either.
  package var customMirror: Mirror { Mirror(self, children: ["settings": masked]) }

  /// Whether a setting holds what nobody may see: passwords, private keys, tokens.
  package static func isSecret(_ name: String) -> Bool {
    secretWords.contains { name.contains($0) }
  }

  private static let secretWords = ["password", "secret", "key.pem", "oauthbearer.config", "jaas"]
}
