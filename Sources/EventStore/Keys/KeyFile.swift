import Encodings
import Foundation

/// Files with private keys: mode 0600, written once, refused when others may read them.
public enum KeyFile {
    /// The largest key file that is read, in bytes. A private P-256 JWK has 230.
    private static let limitBytes = 16_384

    /// Writes a new file of mode 0600 and makes it durable.
    /// - Throws: `KeyFileError.exists` rather than writing over anything.
    public static func write(_ text: String, to path: String) throws(KeyFileError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw errno == EEXIST ? .exists(path: path) : .notWritable(path: path) }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        do {
            try handle.write(contentsOf: Data((text + "\n").utf8))
            try handle.synchronize()
            try handle.close()
        } catch {
            throw .notWritable(path: path)
        }
    }

    /// Reads a file that nobody but its owner may read.
    public static func read(_ path: String) throws(KeyFileError) -> String {
        guard let handle = FileHandle(forReadingAtPath: path) else { throw .notReadable(path: path) }
        // Of the file that is open: a name may be a link, whose own mode says nothing.
        var status = stat()
        guard fstat(handle.fileDescriptor, &status) == 0 else { throw .notReadable(path: path) }
        // A folder opens like a file, and whoever was told to `chmod 600` it could not enter it any more.
        guard status.st_mode & S_IFMT != S_IFDIR else { throw .notReadable(path: path) }
        guard status.st_mode & 0o077 == 0 else { throw .tooOpen(path: path) }
        guard let data = try? handle.read(upToCount: limitBytes), let text = String(validating: data, as: UTF8.self)
        else {
            throw .malformed(path: path, reason: "expected text")
        }
        return text
    }

    /// Writes over a file's bytes, as far as the disk lets one, and closes it.
    static func overwrite(_ handle: FileHandle) {
        guard let size = try? handle.seekToEnd() else { return }
        try? handle.seek(toOffset: 0)
        try? handle.write(contentsOf: Data(repeating: 0, count: Int(clamping: size)))
        try? handle.synchronize()
        try? handle.close()
    }

    /// Reads a private JWK that signs.
    public static func signingKey(_ path: String) throws(KeyFileError) -> SigningKey {
        try key(path) { (jwk: JSON) throws(KeyError) in try SigningKey(privateJWK: jwk) }
    }

    static func agreementKey(_ path: String) throws(KeyFileError) -> AgreementKey {
        try key(path) { (jwk: JSON) throws(KeyError) in try AgreementKey(privateJWK: jwk) }
    }

    private static func key<Key>(
        _ path: String, _ parse: (JSON) throws(KeyError) -> Key
    ) throws(KeyFileError) -> Key {
        let text = try read(path)
        guard let jwk = try? JSON.parse(text) else {
            throw .malformed(path: path, reason: "expected a private JWK, as JSON")
        }
        do throws(KeyError) {
            return try parse(jwk)
        } catch {
            throw .malformed(path: path, reason: error.description)
        }
    }
}

/// Why a key file cannot be used.
public enum KeyFileError: CodedError, Hashable {
    case exists(path: String)
    case notWritable(path: String)
    case notReadable(path: String)
    case tooOpen(path: String)
    case malformed(path: String, reason: String)

    public var code: String {
        switch self {
        case .exists: "key-file-exists"
        case .notWritable: "key-file-not-writable"
        case .notReadable: "key-file-not-readable"
        case .tooOpen: "key-file-too-open"
        case .malformed: "key-file-malformed"
        }
    }

    public var description: String {
        switch self {
        case .exists(let path): "\(path) is there already; keys are never written over, give another name"
        case .notWritable(let path): "cannot write \(path); check the folder's owner and mode, and room on the disk"
        case .notReadable(let path): "cannot read \(path); check that it is there and yours"
        case .tooOpen(let path):
            "others may read \(path); run `chmod 600 \(path)`, and replace the key if they may have"
        case .malformed(let path, let reason): "\(path): \(reason)"
        }
    }
}
