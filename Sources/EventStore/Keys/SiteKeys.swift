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
    /// Receives shipments: the newest.
    public let hpke: AgreementKey
    /// Received shipments before, and opens those that are still on their way; the newest first.
    public let replacedHPKE: [AgreementKey]
    /// Wraps subjects' keys.
    public let kek: KeyEncryptionKey

    /// New keys, all Ed25519 but the one that receives.
    public static func generate() -> SiteKeys {
        SiteKeys(
            operator: .generate(), site: .generate(), checkpoint: .generate(), witness: .generate(),
            hpke: .generate(), replacedHPKE: [], kek: .generate())
    }

    private init(
        operator: SigningKey?, site: SigningKey, checkpoint: SigningKey, witness: SigningKey, hpke: AgreementKey,
        replacedHPKE: [AgreementKey], kek: KeyEncryptionKey
    ) {
        self.operator = `operator`
        self.site = site
        self.checkpoint = checkpoint
        self.witness = witness
        self.hpke = hpke
        self.replacedHPKE = replacedHPKE
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
            hpke: try KeyFile.agreementKey(path("hpke.jwk", folder)),
            replacedHPKE: try replacedReceivingKeys(in: folder).map(\.key), kek: kek)
    }

    /// The key that is to sign checkpoints next, while a change of it is not finished; nil otherwise.
    public static func nextCheckpoint(in folder: DataFolder) throws(KeyFileError) -> SigningKey? {
        guard FileManager.default.fileExists(atPath: folder.nextCheckpointKey) else { return nil }
        return try KeyFile.signingKey(folder.nextCheckpointKey)
    }

    /// Puts the next checkpoint key in the place of the old one, durably. The old one is destroyed: its bytes are written over as far
    /// as the disk lets one, and its file is gone.
    ///
    /// Call it only when the log has announced the new key: before, the old one is the only one that can sign.
    public static func replaceCheckpointKey(in folder: DataFolder) throws(KeyFileError) {
        let path = path("checkpoint.jwk", folder)
        let old = FileHandle(forUpdatingAtPath: path)
        guard rename(folder.nextCheckpointKey, path) == 0 else { throw .notWritable(path: path) }
        if let old { KeyFile.overwrite(old) }
        try syncKeys(folder)
    }

    /// Writes the key that is to sign checkpoints next beside the old one, durably.
    public static func prepareCheckpointKey(_ key: SigningKey, in folder: DataFolder) throws(KeyFileError) {
        try KeyFile.write(key.privateJWK.text, to: folder.nextCheckpointKey)
        try syncKeys(folder)
    }

    /// Makes the names in the folder of keys outlast a loss of power.
    static func syncKeys(_ folder: DataFolder) throws(KeyFileError) {
        guard (try? SQLiteFile.synchronize(folder.keys, O_RDONLY | O_DIRECTORY)) != nil else {
            throw .notWritable(path: folder.keys)
        }
    }

    static func path(_ name: String, _ folder: DataFolder) -> String { folder.keys + "/" + name }
}
