using System.Globalization;
using CsCheck;
using Xunit;

namespace Pos.Tests.Processor;

/// <summary>
/// After any history of purchases, corrections, poison, batch sizes, redeliveries, crashes, discarded records, retries
/// and discards, the stores match a simple model. A failure prints its seed and the smallest case that CsCheck finds.
/// </summary>
[SystemTest("POS_SOAK_CASES")]
public sealed class StoresModelTests
{
    private static readonly int s_cases = int.Parse(
        Environment.GetEnvironmentVariable("POS_SOAK_CASES") ?? "600",
        CultureInfo.InvariantCulture
    );

    private static readonly Gen<ModelLine> s_line = Gen.Select(
        Gen.Int[0, 6],
        Gen.Int[0, 2],
        Gen.Int[1, 3],
        Gen.Int[1, 99],
        (kind, purchase, line, quantity) => new ModelLine(IsPoison: kind == 0, "ABC"[purchase], line, quantity)
    );

    private static readonly Gen<ModelStep> s_step = Gen.Select(
        Gen.Int[0, 9],
        Gen.Int[0, 5],
        Gen.Int[1, 4],
        Gen.Int[0, 14],
        Gen.Bool,
        s_line,
        (kind, entry, size, crashAt, responseLost, text) =>
            new ModelStep(
                kind switch
                {
                    < 5 => StepKind.Deliver,
                    5 => StepKind.GiveUp,
                    6 => StepKind.Redeliver,
                    7 => StepKind.Retry,
                    8 => StepKind.Correct,
                    _ => StepKind.Discard,
                },
                entry,
                size,
                crashAt,
                responseLost ? Fault.ResponseLost : Fault.Failed,
                text
            )
    );

    [Fact]
    public void Stores_and_quarantine_match_the_model_after_any_history() =>
        Gen.Select(s_line.Array[1, 3].Array[1, 8], s_step.Array[0, 14])
            .Sample(
                (records, steps) => new ModelRun(records).RunAsync(steps).GetAwaiter().GetResult(),
                iter: s_cases,
                threads: 2
            );
}
