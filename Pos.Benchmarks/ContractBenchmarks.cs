using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Pos.Contracts;
using Pos.Import.Csv;

namespace Pos.Benchmarks;

/// <summary>
/// Measures reading and writing the contract in memory on one thread, in microseconds per line.
/// </summary>
internal sealed class ContractBenchmarks(TimeSpan duration)
{
    private const int Purchases = 2_000;
    private const int LinesPerPurchase = 10;
    private static readonly DateTimeOffset s_now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly PurchaseRules s_rules = new(s_now);

    public IReadOnlyList<(string Name, double MicrosecondsPerLine)> Measure()
    {
        var csv = Csv();
        var purchases = ReadCsv(csv);
        var posted = Lines(purchases, PurchaseWriter.WritePosted);
        var accepted = Lines(purchases, static (output, purchase) =>
            PurchaseWriter.WriteAccepted(output, new AcceptedPurchase(purchase, s_now))
        );
        var output = new ArrayBufferWriter<byte>(accepted.Sum(line => line.Length));
        var record = accepted.SelectMany(line => line).ToArray();
        return
        [
            Measure("CSV rows read into purchases", () => ReadCsv(csv)),
            Measure("Posted JSON read and validated", () =>
                Read(posted.Select(line => new ReadOnlyMemory<byte>(line)), line =>
                    PurchaseReader.ReadPosted(line.Span, s_rules)
                )
            ),
            Measure("Written as lines of a stream record", () =>
            {
                output.ResetWrittenCount();
                foreach (var purchase in purchases)
                    PurchaseWriter.WriteAccepted(output, new AcceptedPurchase(purchase, s_now));
            }),
            Measure("Read from a stream record", () =>
                Read(NdjsonReader.Split(record).Select(line => line.Utf8), line =>
                    PurchaseReader.ReadAccepted(line.Span)
                )
            ),
        ];
    }

    /// <summary>Returns the best of several rounds, which other work on the machine disturbed least.</summary>
    private (string Name, double MicrosecondsPerLine) Measure(string name, Action round)
    {
        var (best, watch) = (TimeSpan.MaxValue, Stopwatch.StartNew());
        do
        {
            var began = Stopwatch.GetTimestamp();
            round();
            var elapsed = Stopwatch.GetElapsedTime(began);
            best = elapsed < best ? elapsed : best;
        } while (watch.Elapsed < duration);
        return (name, best.TotalMicroseconds / (Purchases * LinesPerPurchase));
    }

    private static List<Purchase> ReadCsv(byte[] csv)
    {
        using var reader = PurchaseCsvReader.Open(new MemoryStream(csv), "benchmark.csv", s_rules);
        var purchases = reader.Read().Cast<CsvPurchase>().Select(item => item.Purchase).ToList();
        return purchases.Count == Purchases
            ? purchases
            : throw new InvalidOperationException($"Wrote {Purchases} purchases, but read {purchases.Count}.");
    }

    private static void Read(IEnumerable<ReadOnlyMemory<byte>> lines, Func<ReadOnlyMemory<byte>, PurchaseReading> read)
    {
        foreach (var line in lines)
        {
            if (read(line).Errors is [var error, ..])
                throw new InvalidOperationException($"A written purchase is not valid: {error}");
        }
    }

    private static List<byte[]> Lines(IEnumerable<Purchase> purchases, Action<IBufferWriter<byte>, Purchase> write) =>
        [
            .. purchases.Select(purchase =>
            {
                var output = new ArrayBufferWriter<byte>();
                write(output, purchase);
                return output.WrittenSpan.ToArray();
            }),
        ];

    /// <summary>
    /// Generates a CSV like the public data set: ids, texts with commas, prices with few digits, a quarter without
    /// customer.
    /// </summary>
    private static byte[] Csv()
    {
        var random = new Random(1);
        var csv = new StringBuilder(
            "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
        );
        for (var purchase = 0; purchase < Purchases; purchase++)
        {
            for (var line = 0; line < LinesPerPurchase; line++)
            {
                var customer = purchase % 4 == 0 ? "" : "17850.0";
                csv.Append(
                    CultureInfo.InvariantCulture,
                    $"{536_365 + purchase},{random.Next(10_000, 99_999)}A,\"LIGHT HOLDER, WHITE HANGING HEART\","
                        + $"{random.Next(1, 50)},2010-12-01 08:26:00,{random.Next(1, 2_000) / 100m},"
                        + $"{customer},United Kingdom\n"
                );
            }
        }
        return Encoding.UTF8.GetBytes(csv.ToString());
    }
}
