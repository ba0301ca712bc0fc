import EventStore
import Foundation

/// Whether folder and files are for their owner alone, and all of one owner.
struct FilesCheck: DoctorCheck {
    let name = "files"

    func examine(_ site: ExaminedSite) throws -> [DoctorFinding] {
        let folder = site.folder.path
        guard let root = FileStatus(folder) else {
            return [trouble("there is no folder \(folder)", do: "give the data folder of a founded site")]
        }
        let keys = names(in: site.folder.keys).map { "keys/" + $0 }
        let inside = names(in: folder) + keys
        var findings: [DoctorFinding] = []
        for path in [""] + inside {
            let full = path.isEmpty ? folder : folder + "/" + path
            guard let status = FileStatus(full) else { continue }
            if status.mode & 0o077 != 0 {
                findings.append(open(path.isEmpty ? folder : path, full, status))
            }
            if status.owner != root.owner {
                findings.append(
                    trouble(
                        "\(path) has another owner than the folder",
                        do: "run `chown --reference=\(folder) \(full)`, and everything here as that user only"))
            }
        }
        for file in [site.folder.log, site.folder.vault, site.folder.keys] where FileStatus(file) == nil {
            findings.append(trouble("there is no \(file)", do: "restore it: `sharectl restore --help`"))
        }
        return findings.isEmpty ? [well("\(inside.count) files and folders, for their owner alone")] : findings
    }

    private func open(_ path: String, _ full: String, _ status: FileStatus) -> DoctorFinding {
        let mode = String(status.mode, radix: 8)
        let leaked = path.hasPrefix("keys/") ? ", and replace the key if they may have read it" : ""
        return trouble(
            "others than the owner may use \(path): its mode is \(mode)",
            do: "run `chmod \(status.isFolder ? "700" : "600") \(full)`\(leaked)")
    }

    private func names(in folder: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
    }
}

/// What the system says of a file; a link is followed.
struct FileStatus {
    let mode: UInt32
    let owner: UInt32
    let isFolder: Bool

    /// Nil where nothing is there.
    init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        mode = UInt32(status.st_mode) & 0o7777
        owner = UInt32(status.st_uid)
        isFolder = status.st_mode & S_IFMT == S_IFDIR
    }
}
