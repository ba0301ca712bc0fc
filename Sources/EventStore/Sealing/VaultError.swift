/// Why the vault did not do what it was asked. It never names a person.
public enum VaultError: CodedError, Hashable {
    case wrongKey
    case identifierTooLong
    case subjectUnknown
    /// What was sealed under a person's key does not open under the key that is there.
    case damaged
    /// A row of the vault itself does not open under the site's key-encryption key.
    case rowDamaged
    case sealing
    case storage(StorageError)

    public var code: String {
        switch self {
        case .wrongKey: "vault-wrong-key"
        case .identifierTooLong: "vault-identifier-too-long"
        case .subjectUnknown: "vault-subject-unknown"
        case .damaged: "body-damaged"
        case .rowDamaged: "vault-damaged"
        case .sealing: "vault-sealing-failed"
        case .storage(let error): error.code
        }
    }

    public var description: String {
        switch self {
        case .wrongKey:
            "keys/kek is not the key that this vault was made with; restore the keys folder that belongs to it"
        case .identifierTooLong: "an identifier is longer than the limit of \(Limits.identifierBytes) bytes"
        case .subjectUnknown: "the vault has no key for this person"
        case .damaged:
            """
            a body does not open under the key that the vault has for its person: either the body is damaged (in \
            log.sqlite), or the key is another's (in vault.sqlite); `sharectl log verify` tells which to restore
            """
        case .rowDamaged: "a row of the vault does not open under keys/kek; restore vault.sqlite from a backup"
        case .sealing: "a body could not be sealed"
        case .storage(let error): error.description
        }
    }
}
