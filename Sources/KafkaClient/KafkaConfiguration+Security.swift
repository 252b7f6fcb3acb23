/// How brokers are reached and who the client says it is.
package struct KafkaSecurity: Sendable, Equatable {
  /// What protects the connection.
  package enum Transport: Sendable, Equatable {
    /// Nothing; for the loopback interface and closed networks.
    case plaintext
    /// TLS, with the broker's name held against its certificate.
    case tls(TLS)
  }

  /// Files for TLS, all in PEM format.
  package struct TLS: Sendable, Equatable {
    /// Certificates of the authorities that brokers are trusted by; nil for the system's.
    package var authorities: String?
    /// What the client shows where brokers ask for it (mutual TLS).
    package var client: ClientCertificate?

    /// Makes the settings from their parts.
    package init(authorities: String? = nil, client: ClientCertificate? = nil) {
      self.authorities = authorities
      self.client = client
    }
  }

  /// A client's certificate and its key.
  package struct ClientCertificate: Sendable, Equatable {
    /// The file with the certificate and those between it and the authority.
    package var certificate: String
    /// The file with the private key.
    package var key: String
    /// What the key is encrypted with, nil where it is not.
    package var password: String?

    /// Names the files.
    package init(certificate: String, key: String, password: String? = nil) {
      self.certificate = certificate
      self.key = key
      self.password = password
    }
  }

  /// A user who logs in with a password (SASL).
  package struct Login: Sendable, Equatable {
    /// How the password is shown.
    package enum Mechanism: String, Sendable, CaseIterable {
      /// As it is: only over TLS (RFC 4616).
      case plain = "PLAIN"
      /// As an answer to a challenge (RFC 7677).
      case scram256 = "SCRAM-SHA-256"
      /// As an answer to a challenge, with the longer hash.
      case scram512 = "SCRAM-SHA-512"
    }

    /// How.
    package var mechanism: Mechanism
    /// Who.
    package var user: String
    /// The password.
    package var password: String

    /// Makes a login from its parts.
    package init(_ mechanism: Mechanism, user: String, password: String) {
      self.mechanism = mechanism
      self.user = user
      self.password = password
    }
  }

  /// What protects the connection.
  package let transport: Transport
  /// Who logs in, nil where nobody does.
  package let login: Login?

  /// Makes the settings from their parts.
  ///
  /// Throws ``KafkaError/Code/invalidArgument`` where a password would go over the network as it is.
  package init(_ transport: Transport, login: Login? = nil) throws(KafkaError) {
    if transport == .plaintext, login?.mechanism == .plain {
      throw KafkaError(.invalidArgument, reason: "SASL PLAIN shows the password to the network: use TLS, or SCRAM")
    }
    self.transport = transport
    self.login = login
  }

  /// librdkafka's settings for it.
  package var settings: [String: String] {
    var settings: [String: String] = [:]
    var isEncrypted = false
    if case .tls(let files) = transport {
      isEncrypted = true
      settings["ssl.endpoint.identification.algorithm"] = "https"
      settings["ssl.ca.location"] = files.authorities
      settings["ssl.certificate.location"] = files.client?.certificate
      settings["ssl.key.location"] = files.client?.key
      settings["ssl.key.password"] = files.client?.password
    }
    if let login {
      settings["sasl.mechanism"] = login.mechanism.rawValue
      settings["sasl.username"] = login.user
      settings["sasl.password"] = login.password
    }
    settings["security.protocol"] =
      switch (isEncrypted, login) {
      case (false, nil): "plaintext"
      case (true, nil): "ssl"
      case (false, _?): "sasl_plaintext"
      case (true, _?): "sasl_ssl"
      }
    return settings
  }
}

extension KafkaSecurity: CustomStringConvertible, CustomReflectable {
  /// The settings with secrets masked.
  package var description: String { KafkaConfiguration(settings).description }

  /// The settings with secrets masked, so that a dump shows none either.
  package var customMirror: Mirror { KafkaConfiguration(settings).customMirror }
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
