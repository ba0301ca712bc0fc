import Crypto
import Encodings
import Foundation

/// The keys of a site, under `DIR/keys/` (DESIGN, section 5): files of mode 0600 in a folder of mode 0700.
public struct SiteKeys: Sendable {
    /// What people administer with; nil where it has been moved off the machine, which is a good place for it.
    public let `operator`: SigningKey?
    /// Signs decisions.
    public let site: SigningKey
    /// Signs checkpoints.
    public let checkpoint: SigningKey
    /// Cosigns other sites' checkpoints, and nothing else.
    public let witness: SigningKey
    /// Receives shipments.
    public let hpke: AgreementKey
    /// Wraps subjects' keys.
    public let kek: KeyEncryptionKey

    /// New keys, all Ed25519 but the one that receives.
    public static func generate() -> SiteKeys {
        SiteKeys(
            operator: .generate(), site: .generate(), checkpoint: .generate(), witness: .generate(),
            hpke: .generate(), kek: .generate())
    }

    private init(
        operator: SigningKey?, site: SigningKey, checkpoint: SigningKey, witness: SigningKey, hpke: AgreementKey,
        kek: KeyEncryptionKey
    ) {
        self.operator = `operator`
        self.site = site
        self.checkpoint = checkpoint
        self.witness = witness
        self.hpke = hpke
        self.kek = kek
    }

    /// Makes new keys and writes them under `DIR/keys/`.
    /// - Throws: `KeyFileError.exists` if one is there: keys are never written over.
    public static func create(in folder: DataFolder) throws(KeyFileError) -> SiteKeys {
        let keys = generate()
        do {
            try FileManager.default.createDirectory(
                atPath: folder.keys, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw .notWritable(path: folder.keys)
        }
        if let key = keys.operator { try KeyFile.write(key.privateJWK.text, to: path("operator.jwk", folder)) }
        try KeyFile.write(keys.site.privateJWK.text, to: path("site.jwk", folder))
        try KeyFile.write(keys.checkpoint.privateJWK.text, to: path("checkpoint.jwk", folder))
        try KeyFile.write(keys.witness.privateJWK.text, to: path("witness.jwk", folder))
        try KeyFile.write(keys.hpke.privateJWK.text, to: path("hpke.jwk", folder))
        try KeyFile.write(keys.kek.text, to: path("kek", folder))
        return keys
    }

    /// Reads the keys of a site.
    /// - Throws: `KeyFileError`, also if anybody but the owner may read a file.
    public static func load(from folder: DataFolder) throws(KeyFileError) -> SiteKeys {
        let operatorPath = path("operator.jwk", folder)
        let hasOperator = FileManager.default.fileExists(atPath: operatorPath)
        let kekPath = path("kek", folder)
        guard let kek = KeyEncryptionKey(text: try KeyFile.read(kekPath)) else {
            throw .malformed(path: kekPath, reason: "expected 32 bytes in base64url")
        }
        return SiteKeys(
            operator: hasOperator ? try KeyFile.signingKey(operatorPath) : nil,
            site: try KeyFile.signingKey(path("site.jwk", folder)),
            checkpoint: try KeyFile.signingKey(path("checkpoint.jwk", folder)),
            witness: try KeyFile.signingKey(path("witness.jwk", folder)),
            hpke: try KeyFile.agreementKey(path("hpke.jwk", folder)), kek: kek)
    }

    private static func path(_ name: String, _ folder: DataFolder) -> String { folder.keys + "/" + name }
}
