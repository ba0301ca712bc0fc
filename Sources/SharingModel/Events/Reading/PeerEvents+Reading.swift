import Encodings

extension PeerAdded: Record {
    init(reading members: inout MemberReader) {
        origin = members.required("origin", .origin)
        url = members.required("url", .siteAddress)
        vkey = members.required("vkey", .label)
        siteKey = members.required("siteKey", .publicKey)
        hpke = members.required("hpke", .publicKey)
    }
}

extension PeerRemoved: Record {
    init(reading members: inout MemberReader) {
        origin = members.required("origin", .origin)
        reason = members.required("reason", .prose)
    }
}

extension SyncAdvanced: Record {
    init(reading members: inout MemberReader) {
        peer = members.required("peer", .origin)
        size = members.required("size", .whole(1...Int64.max))
        root = members.required("root", .treeHash)
    }
}

extension HPKEKeyRotated: Record {
    init(reading members: inout MemberReader) {
        jwk = members.required("jwk", .publicKey)
    }
}

extension Field where Value == String {
    /// Where a site's daemon answers, or `file:` where it is never asked. Plain HTTP is for the same machine only, which whoever connects
    /// holds it to.
    static var siteAddress: Field {
        .text(
            TextFormat(
                "an address such as https://sharing.council.example, without a slash at its end, or `file:` for a site without a line",
                pattern: "^(file:|https?://[!-~]*[!-.0-~])$", lengths: 1...256
            ) { text in
                guard text != PeerAdded.fileOnly else { return true }
                guard (1...256).contains(text.utf8.count), text.utf8.last != UInt8(ascii: "/"),
                    text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F })
                else { return false }
                return ["https://", "http://"].contains { text.hasPrefix($0) && text.utf8.count > $0.utf8.count }
            }, placeholder: ""
        ) { $0 }
    }
}
