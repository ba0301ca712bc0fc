extension VerificationReport {
    /// What holds whatever was found, in sentences for people.
    public var proved: [String] {
        guard let checkpoint else { return ["nothing: no checkpoint of this site could be read"] }
        var lines: [String] = []
        if provenSize >= checkpoint.size {
            lines.append("all \(checkpoint.size) entries are what the site signed: they give the newest root")
        } else if vouchedSize > provenSize {
            lines.append(
                """
                of the first \(vouchedSize) entries all but \(notSigned) are what the site signed: the stored tiles give the \
                root, and name the others
                """)
        } else if provenSize > 0 {
            lines.append("the \(provenSize) entries before entry \(provenSize) are what the site signed")
        } else {
            lines.append("no entry: the stored entries give none of the roots that were signed")
        }
        if bodies > 0 { lines.append("\(bodies) bodies are what their authors signed") }
        return lines
    }

    /// What is lost or can no longer be relied on, with the way to have it back, in sentences for people; empty where
    /// nothing is.
    public var lost: [String] {
        var lines: [String] = []
        func say(_ kinds: [Finding.Kind], _ sentence: (Int64) -> String) {
            let count = kinds.reduce(0) { $0 + counts[$1, default: 0] }
            if count > 0 { lines.append(sentence(count)) }
        }
        say([.headUnreadable, .checkpointDamaged, .checkpointMissing]) {
            "\($0) checkpoints: restore log.sqlite, or compare with what witnesses and auditors keep"
        }
        say([.checkpointKeyEnded, .checkpointKeyRefused]) {
            "the trust in a key of checkpoints, at \($0) places: compare with what witnesses and partners keep, before anything else"
        }
        // One entry may be found in several ways.
        let entries = max(notSigned, counts[.entryMissing, default: 0] + counts[.entryDamaged, default: 0])
        if entries > 0 { lines.append("\(entries) entries: restore log.sqlite from a backup") }
        say([.checkpointRoot, .sizeMismatch]) {
            "the proof of what follows, at \($0) places: restore log.sqlite from a backup"
        }
        say([.bodyMissing, .bodyDamaged, .commitmentMismatch, .eventMalformed]) {
            "\($0) bodies; that they were recorded, and when, stays proved: restore log.sqlite from a backup"
        }
        say([.bodyLost]) { "the key to \($0) bodies: restore vault.sqlite from its newest backup" }
        say([.vaultRowDamaged, .vaultRowMisplaced, .identifierMissing, .vaultUnreadable]) {
            "\($0) things that the vault holds: restore vault.sqlite from its newest backup"
        }
        say([.timestampDamaged, .timestampInvalid]) {
            "what \($0) timestamps prove: restore timestamps.sqlite from a backup, or see which authorities to trust"
        }
        say([.timestampOtherLog, .timestampBeyondLog]) {
            "the claim that this is the log that was stamped, at \($0) sizes: keep everything, and look for a newer copy of log.sqlite"
        }
        say([.timestampBeforeEntry]) {
            "the trust in the times recorded before \($0) timestamps: the site's clock was ahead"
        }
        say([.tileMissing, .tileMismatch, .tileCount, .schemaChanged, .idNotUnique]) {
            "nothing by itself at \($0) places that follow from the entries: `sharectl log verify --repair` rebuilds them"
        }
        say([.fileDamaged, .strayRows, .storageFailed]) {
            "the trust in the files themselves, at \($0) places: look to the disk, and restore from a backup"
        }
        return lines
    }
}
