import Benchmark
import Encodings
import EventStore
import Foundation
import Projections
import SharingModel
import SharingService
import Shipping

/// The rooms above: deciding, drawing what readers see, drawing all of it again.
func sharingBenchmarks() {
    Benchmark("decision: person in memory", configuration: .thousands) { benchmark in
        try decide(benchmark, remembering: true)
    }
    Benchmark("decision: person read from file", configuration: .thousands) { benchmark in
        try decide(benchmark, remembering: false)
    }
    Benchmark("projections: apply an event", configuration: .thousands) { benchmark in
        let consents = try Consents.shared.get()
        let store = try ProjectionStore(
            path: consents.folder + "/applied-\(UUID().uuidString).sqlite", emptyRoot: MerkleHash.emptyRoot.bytes)
        // The first thousand prepare statements and grow the file.
        let events = try (0..<(Int64(benchmark.scaledIterations.count) + 1_000)).map { try consents.recorded(at: $0) }
        try store.write { writer in
            for event in events.prefix(1_000) { try writer.apply(event) }
            benchmark.startMeasurement()
            for event in events.dropFirst(1_000) { try writer.apply(event) }
            benchmark.stopMeasurement()
        }
    }
    Benchmark("replay: 8,192 events") { benchmark in
        let consents = try Consents.shared.get()
        let log = try consents.sharedLog("filled", filled: 8_192).log
        for _ in benchmark.scaledIterations {
            let store = try ProjectionStore(
                drawingAt: consents.folder + "/drawn-\(UUID().uuidString).sqlite", emptyRoot: MerkleHash.emptyRoot.bytes
            )
            benchmark.startMeasurement()
            _ = try Replay.run(store, from: log, replicas: NoReplicas(), progress: { _, _ in })
            try store.write { try $0.complete() }
            benchmark.stopMeasurement()
        }
    }
}

/// A region of 10,000 persons with 50,000 consents, as `sharectl bench decide` invents it.
private func decide(_ benchmark: Benchmark, remembering: Bool) throws {
    let folder = try Consents.shared.get().folder
    let world = try DecideWorld(agreements: 100, consents: 50_000, persons: 10_000, seed: 20_261_122)
    let store = try ProjectionStore(
        path: folder + "/region-\(UUID().uuidString).sqlite", emptyRoot: MerkleHash.emptyRoot.bytes)
    var filling = DecideFilling(world)
    try filling.fill(
        store, baseline: String(contentsOfFile: Repository.path + "/config/baseline.yaml", encoding: .utf8)
    ) { _, _ in }
    try store.write { writer in
        var run = try DecideRun(
            DecideQuestions(world: world), writer.reader, files: remembering ? PersonFiles() : nil)
        if remembering { try run.readEverybody { _, _ in } }
        _ = try run.answer(0..<20_000)
        var number = 20_000
        benchmark.startMeasurement()
        for _ in benchmark.scaledIterations {
            blackHole(try run.answer(number..<(number + 1)))
            number += 1
        }
        benchmark.stopMeasurement()
    }
}

private enum Repository {
    /// The folder above this package.
    static let path = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..").standardized.path
}

extension Consents {
    /// A consent as the projections eat it.
    fileprivate func recorded(at index: Int64) throws -> RecordedEvent {
        let signed = signed[Int(index) % signed.count]
        let parsed = try UnverifiedEvent(parsing: signed)
        let event = try SharingEvent.decode(
            payload: parsed.payload, resolved: parsed.resolved.json, sdPointers: parsed.resolved.sdPointers)
        return RecordedEvent(
            index: index, id: .random(), type: event.envelope.type, author: event.envelope.source,
            kid: key.thumbprint.description, subject: SubjectReference(.random()),
            audience: ["gss:E08000099", Self.agency], recorded: Self.now, event: event)
    }
}

/// A site without peers.
private struct NoReplicas: ReplicaShelf {
    func replica(of origin: String, vkey: String) throws -> PeerReplica { throw BenchError.notFollowed }
}
