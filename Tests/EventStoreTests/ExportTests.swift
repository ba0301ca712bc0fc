import Encodings
import EventStore
import Foundation
import Support
import Testing

@Suite struct ExportTests {
    private func files(_ folder: String) throws -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        for case let name as String in try #require(FileManager.default.enumerator(atPath: folder)) {
            var isFolder: ObjCBool = false
            let path = folder + "/" + name
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else { continue }
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == (isFolder.boolValue ? 0o700 : 0o600), "\(name)")
            if !isFolder.boolValue { files[name] = [UInt8](try Data(contentsOf: URL(filePath: path))) }
        }
        return files
    }

    @Test(
        "an export is the whole static layout: checkpoint, tiles, entries and what is sealed for nobody",
        arguments: [0, 1, 255, 256, 257, 600])
    func layout(size: Int) throws {
        let site = try Site()
        if size > 0 { try site.append(size) }
        let folder = site.temporary.path("export")
        let account = try LogExport(of: site.log).write(to: folder)
        let written = try files(folder)
        var expected = ["checkpoint": Array(site.log.head.checkpoint.note.utf8)]
        let levels = size >= 256 ? [size, size / 256] : [size]
        for (kind, count) in zip(["0", "1"], levels) + [("entries", size)] {
            for number in 0..<((count + 255) / 256) {
                let width = Int64(min(256, count - number * 256))
                let path = TilePlace(level: 0, number: Int64(number)).path(width: width).replacing(
                    "tile/0", with: "tile/" + kind)
                expected[path] = try site.log.tile(at: #require(TilePath(path)))
            }
        }
        for index in 0..<size {
            let body = try #require(site.log.body(at: Int64(index)).opened)
            expected["bodies/\(index)"] = body.salt + body.compact
        }
        #expect(Set(written.keys) == Set(expected.keys))
        #expect(written == expected)
        #expect(account.checkpoint.size == Int64(size) && account.bodies == Int64(size) && account.unavailable == 0)
        #expect(account.tiles + account.bundles + account.bodies + 1 == Int64(written.count))
        if size > 0 {
            let tree = try PublishedTree(size: Int64(size)) { (path: TilePath) throws(LogError) in
                written[path.description]
            }
            #expect(tree.root == account.checkpoint.root)
        }
    }

    @Test("bodies about people are left out, unless there is a vault to open them")
    func sealed() throws {
        let site = try Site()
        try site.append(2)
        try site.append(3, subject: try site.person(), disclosing: ["care.plan"])
        let key = site.signer.verifierKey
        for (vault, present) in [(nil, 2), (site.vault, 5)] as [(Vault?, Int)] {
            let log = try ReadOnlyLog(storage: site.storage, verifierKey: key, vault: vault)
            let folder = site.temporary.path("export-\(present)")
            let account = try LogExport(of: log).write(to: folder)
            #expect(account.bodies == Int64(present) && account.unavailable == Int64(5 - present))
            let bodies = try files(folder).filter { $0.key.hasPrefix("bodies/") }
            #expect(Set(bodies.keys) == Set((0..<present).map { "bodies/\($0)" }))
            for (name, bytes) in bodies {
                let index = try #require(Int64(name.dropFirst(7)))
                let event = try UnverifiedEvent(parsing: Array(bytes[32...]))
                #expect(event.disclosures.count == (index < 2 ? 0 : 1))
                let opened = try #require(try site.log.body(at: index).opened)
                #expect(Array(bytes[..<32]) == opened.salt)
            }
        }
    }

    @Test("nothing is written into a folder that holds something, and a person without a key is reported unavailable")
    func refusals() throws {
        let site = try Site()
        try site.append(3)
        let folder = site.temporary.path("export")
        _ = try LogExport(of: site.log).write(to: folder)
        let before = try files(folder)
        #expect(throws: ExportError.notEmpty(path: folder)) { try LogExport(of: site.log).write(to: folder) }
        #expect(try files(folder) == before)
        let file = site.temporary.path("file")
        try Data([1]).write(to: URL(filePath: file))
        #expect(throws: ExportError.notWritable(path: file)) { try LogExport(of: site.log).write(to: file) }
        let vault = try Vault(path: site.temporary.path("other.sqlite"), kek: .generate())
        try site.append(1, subject: try site.person())
        let log = try ReadOnlyLog(storage: site.storage, verifierKey: site.signer.verifierKey, vault: vault)
        let other = site.temporary.path("other")
        #expect(try LogExport(of: log).write(to: other).unavailable == 1)
    }
}
