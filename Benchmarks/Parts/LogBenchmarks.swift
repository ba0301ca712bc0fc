import Benchmark
import Encodings
import EventStore

/// The strongroom: sealing, hashing, appending, proving.
func logBenchmarks() {
    Benchmark("body: pack and seal", configuration: .thousands) { benchmark in
        let consents = try Consents.shared.get()
        let (log, vault) = try consents.log("sealing")
        _ = try log.append(consents.drafts(consents.fresh(1), log, vault))
        let entry = try log.entry(at: 0)
        guard let plain = try log.body(at: 0).opened?.plain, let subject = entry.subject else {
            throw VaultError.subjectUnknown
        }
        benchmark.startMeasurement()
        for _ in benchmark.scaledIterations { blackHole(try vault.sealBody(plain, of: entry, under: subject)) }
    }
    Benchmark("body: read, open, unpack, hold against its entry", configuration: .thousands) { benchmark in
        let consents = try Consents.shared.get()
        let log = try consents.sharedLog("filled", filled: 8_192).log
        var index: Int64 = 0
        benchmark.startMeasurement()
        for _ in benchmark.scaledIterations {
            index = (index + 101) % log.head.size
            blackHole(try log.body(at: index))
        }
    }
    Benchmark("tree: leaf of an entry", configuration: .thousands) { benchmark in
        let entry = [UInt8](repeating: 0x5A, count: 480)
        for _ in benchmark.scaledIterations { blackHole(MerkleHash.leaf(entry)) }
    }
    Benchmark("tree: root of a tile") { benchmark in
        let leaves = (0..<256).map { MerkleHash.leaf([UInt8(truncatingIfNeeded: $0)]) }
        for _ in benchmark.scaledIterations { blackHole(Merkle.root(of: leaves)) }
    }
    for count in [1, 32, 512] {
        Benchmark("log: append \(count), durable") { benchmark in
            let consents = try Consents.shared.get()
            let (log, vault) = try consents.sharedLog("append-\(count)")
            for _ in benchmark.scaledIterations {
                let drafts = try consents.drafts(consents.fresh(count), log, vault)
                benchmark.startMeasurement()
                blackHole(try log.append(drafts))
                benchmark.stopMeasurement()
            }
        }
    }
    Benchmark("log: proof that an entry is in it", configuration: .thousands) { benchmark in
        let log = try Consents.shared.get().sharedLog("filled", filled: 8_192).log
        var index: Int64 = 0
        benchmark.startMeasurement()
        for _ in benchmark.scaledIterations {
            index = (index + 4_099) % log.head.size
            blackHole(try log.tlogProof(index))
        }
    }
}
