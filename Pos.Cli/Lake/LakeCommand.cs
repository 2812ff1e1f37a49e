using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Pos.Reconciliation;
using Pos.Reconciliation.Rebuild;

namespace Pos.Cli.Lake;

/// <summary><c>pos lake rebuild</c>: lookup table and warehouse from the lake.</summary>
internal static class LakeCommand
{
    private const int DefaultSettleSeconds = 60;
    private static readonly string[] s_hours = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH'Z'", "yyyy-MM-dd'T'HH:mm'Z'"];

    public static Command Create()
    {
        var from = Hour(
            "--from",
            "Only what arrived in the stream in this hour (UTC) or later: 2026-03-04 or 2026-03-04T05:00Z. A part of the lake is put back where it is missing or older; nothing is taken away."
        );
        var to = Hour("--to", "Only what arrived before this hour, which is not included.");
        var settle = new Option<int>("--settle")
        {
            HelpName = "SECONDS",
            DefaultValueFactory = _ => DefaultSettleSeconds,
            Description =
                "What the lake does not have is taken away when it still does not have it after so long: longer than the processor takes for a batch.",
        };
        settle.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 0 or > 86_400)
                result.AddError("--settle takes 0 to 86400 seconds.");
        });
        var dryRun = new Option<bool>("--dry-run") { Description = "Tell what would be done, and change nothing." };
        var rebuild = new Command(
            "rebuild",
            "Makes lookup table and warehouse what the lake says, beside a running system; what is newer stays. Killed or not, it can be run again. 0 they are, 1 something has to be looked at, 3 a store is away."
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
        return new Command("lake", "Looks after the lake.") { rebuild };
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
            "what it has put right is right, the rest is as it was",
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
                $"There are lines that the lake does not have. They may be on their way: looking again in {settle.TotalSeconds:0} s."
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
                    $"{name} takes a day or a full hour in UTC, as 2026-03-04 or 2026-03-04T05:00Z, not '{text}'."
                );
                return null;
            },
        };
}
