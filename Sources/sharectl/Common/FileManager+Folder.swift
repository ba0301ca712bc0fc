import Foundation

extension FileManager {
    /// Whether a folder is there. One opens like a file, and then cannot be read.
    func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }
}
