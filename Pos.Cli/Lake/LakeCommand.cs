using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Pos.Reconciliation;
using Pos.Reconciliation.Rebuild;

namespace Pos.Cli.Lake;

/// <summary><c>pos lake rebuild</c>: rebuilds lookup table and warehouse from the lake.</summary>
internal static class LakeCommand
{
    private const int DefaultSettleSeconds = 60;
    private static readonly string[] s_hours = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH'Z'", "yyyy-MM-dd'T'HH:mm'Z'"];

    public static Command Create()
    {
        var from = Hour(
            "--from",
            "First hour (UTC) of arrival in the stream, such as 2026-03-04 or 2026-03-04T05:00Z. "
                + "With a part of the lake, missing and older lines are restored and nothing is removed."
        );
        var to = Hour("--to", "End of the span: the first hour (UTC) that is not included.");
        var settle = new Option<int>("--settle")
        {
            HelpName = "SECONDS",
            DefaultValueFactory = _ => DefaultSettleSeconds,
            Description =
                "Wait before removing lines that the lake lacks. Must be longer than the processor takes for a batch.",
        };
        settle.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 0 or > 86_400)
                result.AddError("--settle takes 0 to 86400 seconds.");
        });
        var dryRun = new Option<bool>("--dry-run") { Description = "Count the changes without making them." };
        var rebuild = new Command(
            "rebuild",
            "Rebuilds lookup table and warehouse from the lake while the system runs. Newer versions stay. Can be "
                + "repeated, also after it was killed. Exit codes: 0 done, 1 some lines need attention, 3 a store is "
                + "unavailable."
        )
        {
            from,
            to,
            settle,
            dryRun,
        };
        rebuild.Aliases.Add("replay"); // Its name until 0.2.
        rebuild.SetAction(
            (arguments, cancellationToken) =>
                RebuildAsync(
                    new LakeSpan(arguments.GetValue(from), arguments.GetValue(to)),
                    TimeSpan.FromSeconds(arguments.GetValue(settle)),
                    arguments.GetValue(dryRun),
                    cancellationToken
                )
        );
        return new Command("lake", "Manages the lake.") { rebuild };
    }

    private static Task<int> RebuildAsync(
        LakeSpan span,
        TimeSpan settle,
        bool dryRun,
        CancellationToken cancellationToken
    )
    {
        return StoreCommand.RunAsync(
            "rebuild",
            "repairs made so far stay, the rest is unchanged",
            async stores =>
            {
                var replay = new LakeRebuild(stores.S3, stores.DynamoDB, stores.Warehouse, stores.Resources);
                var report = await replay.RunAsync(span, WaitAsync, dryRun, cancellationToken);
                Console.Out.WriteLine(LakeRebuildText.Format(report, dryRun));
                return report.IsWhole ? ExitCodes.Done : ExitCodes.Different;
            },
            cancellationToken
        );

        async Task WaitAsync(CancellationToken cancel)
        {
            Console.Out.WriteLine(
                $"The lake lacks some lines. They may be in flight: checking again in {settle.TotalSeconds:0} s."
            );
            await Task.Delay(settle, cancel);
        }
    }

    private static Option<DateTime?> Hour(string name, string description) =>
        new(name)
        {
            HelpName = "HOUR",
            Description = description,
            CustomParser = result =>
            {
                var text = result.Tokens[0].Value;
                if (
                    DateTime.TryParseExact(
                        text,
                        s_hours,
                        CultureInfo.InvariantCulture,
                        DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
                        out var hour
                    )
                    && hour.Minute == 0
                )
                    return hour;
                result.AddError(
                    $"{name} takes a day or a full hour in UTC, such as 2026-03-04 or 2026-03-04T05:00Z, not '{text}'."
                );
                return null;
            },
        };
}
