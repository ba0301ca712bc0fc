import Foundation

// fuzz list | fuzz seeds FOLDER | fuzz TARGET [libFuzzer's own arguments]
//
// `scripts/fuzz` is what people call.

/// libFuzzer's loop as a function (FuzzerInterface of compiler-rt): it calls back with one input after another.
@_silgen_name("LLVMFuzzerRunDriver")
private func runFuzzer(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
    _ check: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// libFuzzer's archive has a `main` that calls this by name; ours calls the loop with a function instead.
@_cdecl("LLVMFuzzerTestOneInput")
public func checkOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    checked?.run(Array(UnsafeBufferPointer(start: bytes, count: count)))
    return 0
}

/// Set once, before the loop begins: a C function cannot carry it.
nonisolated(unsafe) private var checked: FuzzTarget?

private func complain(_ text: String) -> Never {
    FileHandle.standardError.write(Data((text + "\n").utf8))
    exit(2)
}

let arguments = CommandLine.arguments.dropFirst()
switch arguments.first {
case "list":
    for target in FuzzTarget.all { print(target.name) }
case "seeds":
    guard let folder = arguments.dropFirst().first else { complain("name a folder to write the seeds to") }
    do {
        try Seeds.write(to: URL(filePath: folder))
    } catch {
        complain("the seeds could not be written: \(error)")
    }
case let name?:
    guard let target = FuzzTarget.all.first(where: { $0.name == name }) else {
        complain("there is no target `\(name)`; `list` names them")
    }
    checked = target
    // The first argument is the program's name to libFuzzer too; the target's is taken out.
    var passed: [UnsafeMutablePointer<CChar>?] =
        ([CommandLine.arguments[0]] + arguments.dropFirst()).map { strdup($0) } + [nil]
    var count = CInt(passed.count - 1)
    let status = passed.withUnsafeMutableBufferPointer { buffer in
        var start = buffer.baseAddress
        return runFuzzer(&count, &start) { checkOneInput($0, $1) }
    }
    exit(status)
case nil: complain("usage: list | seeds FOLDER | TARGET [arguments of libFuzzer]")
}
