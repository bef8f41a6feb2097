import Base
import Encoder
import Foundation
import HTTPServer
import ModelServer

/// What HTTP adds to the engine: the same texts computed by threads that share nothing with a
/// server, and asked of `/v1/embeddings` over loopback, in turns.
///
///     bench inference-http [--rounds 5] [--threads 2] [--folder .vendor/minilm]
///
/// Clients and server share the cores; so a client writes bytes that were made before, and looks
/// only at the end of what comes back.
enum InferenceServerSuite {
    static let callers = 8
    static let batch = 32
    static let queries = 400

    static func run(_ words: [String]) async throws -> Report {
        let rounds = number("--rounds", in: words, default: 5)
        let threads = number(
            "--threads", in: words, default: ProcessInfo.processInfo.activeProcessorCount)
        let service = try EmbeddingService(
            modelFolder: URL(fileURLWithPath: option("--folder", in: words) ?? ".vendor/minilm"),
            threads: threads)
        var configuration = ServerConfiguration()
        configuration.maximumBodyBytes = service.maximumBodyBytes
        let server = try Server(configuration, responder: service.responder)
        return await withTaskGroup(of: Void.self) { group in
            // It ends by being cancelled; a server that fails leaves requests without answers.
            group.addTask { try? await server.run() }
            let measure = Measure(encoder: service.encoder, port: server.port, threads: threads)
            let report = await onThread { measure.report(rounds: rounds) }
            group.cancelAll()
            service.queue.stop()
            return report
        }
    }

    private static func onThread(_ body: @escaping @Sendable () -> Report) async -> Report {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: body()) }
        }
    }
}

/// The same work with and without HTTP.
private struct Measure: Sendable {
    let encoder: TextEncoder
    let port: Int
    let threads: Int

    /// About 126 tokens, as the issue measures.
    private let texts = (0..<InferenceServerSuite.batch).map { number in
        (0..<9).map { "the client number \(number + $0) would like a long appointment again" }
            .joined(separator: " ")
    }
    private let query = "how much is a haircut on friday"

    func report(rounds: Int) -> Report {
        var report = Report("inference-http")
        var shares: [String: [Double]] = [:]
        var engines: [Double] = []
        for _ in 0..<rounds {
            let engine = engineRate()
            engines.append(engine)
            for format in ["base64", "float"] {
                shares[format, default: []].append(100 * serverRate(format) / engine)
            }
        }
        report.add("engine alone", engines, unit: "texts/s")
        for (format, share) in shares.sorted(by: { $0.key < $1.key }) {
            report.add(
                "\(InferenceServerSuite.callers) callers × \(InferenceServerSuite.batch), \(format)",
                share, unit: "% of it", aim: "≥ 95 %")
        }
        let (alone, over, floor) = queryTimes()
        report.add("query, engine alone", alone)
        report.add("query, over HTTP", over)
        report.add("an answer without a model over HTTP", floor)
        let added = (median(over) - median(alone))
        report.add("added by HTTP at the median", value: added, unit: "ms", aim: "≤ 0.3 ms")
        report.note(
            "\(threads) threads, \(encoder.precision.rawValue) on \(encoder.instructions.rawValue),"
                + " load \(ProcessFigures.loadAverage)")
        return report
    }

    private var batchesEach: Int { 2 }

    private func engineRate() -> Double {
        let pieces = Lock((0..<InferenceServerSuite.callers * batchesEach).map { _ in texts })
        let seconds = Measure.seconds {
            Measure.together(threads) { _ in
                let scratch = EncoderScratch()
                while let texts = pieces.withLock({ $0.popLast() }) {
                    let tokens = texts.map { encoder.tokenizer.tokens(of: $0) }
                    _ = encoder.vectors(ofTokens: tokens, scratch)
                }
            }
        }
        return rate(seconds)
    }

    private func serverRate(_ format: String) -> Double {
        let bytes = Wire.request(texts, format)
        let seconds = Measure.seconds {
            Measure.together(InferenceServerSuite.callers) { _ in
                let wire = Wire(port: port)
                for _ in 0..<batchesEach { precondition(wire.ask(bytes), "the server answers") }
            }
        }
        return rate(seconds)
    }

    private func rate(_ seconds: Double) -> Double {
        Double(InferenceServerSuite.callers * batchesEach * InferenceServerSuite.batch) / seconds
    }

    /// Milliseconds, in turns, so that whatever else runs slows both.
    private func queryTimes() -> (alone: [Double], over: [Double], floor: [Double]) {
        let scratch = EncoderScratch()
        let wire = Wire(port: port)
        let bytes = Wire.request([query], "base64")
        var alone: [Double] = []
        var over: [Double] = []
        var floor: [Double] = []
        let health = Array("GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".utf8)
        for number in 0..<InferenceServerSuite.queries + 20 {
            let engine = Measure.seconds {
                _ = encoder.vectors(ofTokens: [encoder.tokenizer.tokens(of: query)], scratch)
            }
            let server = Measure.seconds {
                precondition(wire.ask(bytes), "the server answers")
            }
            let nothing = Measure.seconds {
                precondition(wire.ask(health), "the server answers")
            }
            guard number >= 20 else { continue }
            floor.append(nothing * 1_000)
            alone.append(engine * 1_000)
            over.append(server * 1_000)
        }
        return (alone, over, floor)
    }

    private func median(_ samples: [Double]) -> Double { samples.sorted()[samples.count / 2] }

    private static func seconds(_ body: () -> Void) -> Double {
        let start = ContinuousClock.now
        body()
        return (ContinuousClock.now - start) / .seconds(1)
    }

    private static func together(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
        let group = DispatchGroup()
        for number in 0..<count {
            group.enter()
            Thread.detachNewThread {
                body(number)
                group.leave()
            }
        }
        group.wait()
    }
}
