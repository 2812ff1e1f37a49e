using System.Globalization;
using Pos.Benchmarks;

// dotnet run -c Release --project Pos.Benchmarks -- [SECONDS]
const int defaultSeconds = 5;
var seconds =
    args is [var text] && int.TryParse(text, CultureInfo.InvariantCulture, out var given) ? given : defaultSeconds;
foreach (var (name, microseconds) in new ContractBenchmarks(TimeSpan.FromSeconds(seconds)).Measure())
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name, -40} {microseconds, 8:0.00} µs per line"));
