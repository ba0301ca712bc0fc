/// Why a backup, a restore or a repair did not do what it was asked.
package enum RecoveryError: Error, CustomStringConvertible {
    case samePlace
    case taken(path: String)
    case notWritable(path: String)
    case notEmpty(path: String)
    /// What an earlier restore left, which nobody serves.
    case leftBehind(path: String)
    case noLog(path: String)
    case noVault(path: String)
    case noKeys(path: String)
    case unfinished(path: String)

    package var description: String {
        switch self {
        case .samePlace:
            "log and vault must go to separate places: whoever finds both and the keys can read everything; name two folders"
        case .taken(let path): "\(path) is there already, and nothing is written over; name another folder"
        case .notWritable(let path): "cannot create or write to \(path); check its owner and mode, and room on the disk"
        case .notEmpty(let path): "\(path) is not empty; restore into a new or an empty folder"
        case .leftBehind(let path):
            "\(path) holds what an earlier restore left that did not finish, or found something wrong; delete it when you have seen what that was, or restore into a new folder"
        case .noLog(let path): "there is no log.sqlite in \(path); name the folder that `backup --log-to` wrote to"
        case .noVault(let path):
            "there is no vault.sqlite in \(path); name the folder that `backup --vault-to` wrote to"
        case .unfinished(let path):
            "a restore into this folder did not finish, or found something wrong: restore into a new folder; only if you have decided to "
                + "serve this one all the same, delete \(path)"
        case .noKeys(let path): "there are no keys in \(path); name the copy of the site's folder `keys`"
        }
    }
}
