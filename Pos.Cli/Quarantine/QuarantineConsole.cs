using System.Globalization;
using Pos.Contracts;
using Pos.Contracts.Processor;

namespace Pos.Cli.Quarantine;

/// <summary>Calls the processor and prints its answers.</summary>
internal sealed class QuarantineConsole(ProcessorClient processor)
{
    private const int DefaultEntries = 20;
    private const int EntriesPerPage = 200;
    private const int RetriesPerCall = 50;

    public async Task<int> ListAsync(string? reason, string state, bool all, CancellationToken cancellationToken)
    {
        string? cursor = null;
        var shown = 0;
        do
        {
            var page = await processor
                .QuarantinedAsync(
                    reason,
                    state,
                    all ? EntriesPerPage : DefaultEntries - shown,
                    cursor,
                    cancellationToken
                )
                .ValueAsync();
            foreach (var entry in page.Entries)
                Console.WriteLine($"{entry.Id}\n  {Describe(entry)}");
            shown += page.Entries.Count;
            cursor = page.NextCursor;
        } while (cursor is not null && (all || shown < DefaultEntries));

        var counts = await processor.QuarantineCountsAsync(cancellationToken).ValueAsync();
        foreach (var count in counts.Reasons)
            Console.WriteLine(
                $"{count.Reason}: {Number(count.Open)} open, {Number(count.Replayed)} replayed, "
                    + $"{Number(count.Discarded)} discarded"
            );
        if (!counts.Complete)
            Console.WriteLine("There are more entries, which were not counted.");
        if (counts.Reasons.Count == 0)
            Console.WriteLine("The quarantine is empty.");
        else if (cursor is not null)
            Console.WriteLine("These are the newest entries. --all lists all.");
        return ExitCodes.Done;
    }

    public async Task<int> ShowAsync(string id, bool raw, CancellationToken cancellationToken)
    {
        var entry = await processor.QuarantineEntryAsync(id, cancellationToken).ValueAsync();
        if (raw)
        {
            if (entry.Base64 is not null)
            {
                await using var output = Console.OpenStandardOutput();
                await output.WriteAsync(Convert.FromBase64String(entry.Base64), cancellationToken);
            }
            else
            {
                Console.WriteLine(entry.Text);
            }
            return ExitCodes.Done;
        }

        var summary = entry.Summary;
        Console.WriteLine($"{summary.Id}\n  {Describe(summary)}");
        var part = summary.Ordinal is { } line ? $"line {line} of the record (from 0)" : "the whole record";
        Console.WriteLine(
            $"  {summary.ShardId}, sequence number {summary.SequenceNumber}, {part}, {Number(summary.RawBytes)} bytes"
        );
        if (entry.Note is not null)
            Console.WriteLine($"  discarded {Time(entry.DecidedAt!.Value)}: {entry.Note}");
        if (summary.ReplayBegun)
            Console.WriteLine("  a retry was interrupted: retry it again");
        foreach (var error in entry.Errors)
            Console.WriteLine($"  {Describe(error)}");
        if (entry.InvalidUtf8At is { } at)
            Console.WriteLine($"  not UTF-8 from byte {Number(at)} (counted from 0); in base64:");
        Console.WriteLine();
        Console.WriteLine(entry.Text ?? entry.Base64);
        if (entry.ReplayText is not null && entry.ReplayText != entry.Text)
            Console.WriteLine($"\nreplayed as:\n{entry.ReplayText.TrimEnd('\n')}");
        return ExitCodes.Done;
    }

    public async Task<int> RetryAsync(string id, string? text, CancellationToken cancellationToken) =>
        Closed(await processor.RetryAsync(id, text, cancellationToken).ValueAsync());

    public async Task<int> DiscardAsync(string id, string note, CancellationToken cancellationToken) =>
        Closed(await processor.DiscardAsync(id, note, cancellationToken).ValueAsync());

    /// <summary>Retries every open entry once.</summary>
    public async Task<int> RetryAllAsync(string? reason, CancellationToken cancellationToken)
    {
        var reasons = reason is not null
            ? [reason]
            : (await processor.QuarantineCountsAsync(cancellationToken).ValueAsync())
                .Reasons.Where(count => count.Open > 0)
                .Select(count => count.Reason)
                .ToArray();
        var (replayed, rejected) = (0, 0);
        foreach (var each in reasons)
        {
            string? cursor = null;
            do
            {
                var page = await processor
                    .RetryReasonAsync(each, RetriesPerCall, cursor, cancellationToken)
                    .ValueAsync();
                foreach (var result in page.Results)
                {
                    var isReplayed = result.IsRetried;
                    (replayed, rejected) = isReplayed ? (replayed + 1, rejected) : (replayed, rejected + 1);
                    var detail = result.Errors is [var first, ..] ? Describe(first) : result.Detail;
                    Console.WriteLine(isReplayed ? $"{result.Id} replayed" : $"{result.Id} {result.Outcome}: {detail}");
                }
                if (page.Unavailable is not null)
                    throw new QuarantineException(
                        ExitCodes.Unavailable,
                        $"{Number(replayed)} replayed, then a store was unavailable: {page.Unavailable} "
                            + "Run the command again."
                    );
                cursor = page.NextCursor;
            } while (cursor is not null);
        }
        Console.WriteLine($"{Number(replayed)} replayed, {Number(rejected)} rejected.");
        return rejected == 0 ? ExitCodes.Done : ExitCodes.SomeRejected;
    }

    public static string Describe(PurchaseError error) =>
        error.Field is "" ? $"{error.Code}: {error.Message}" : $"{error.Field} {error.Message} ({error.Code})";

    private static int Closed(ClosedEntry entry)
    {
        Console.WriteLine($"{entry.Id} {entry.State}");
        return ExitCodes.Done;
    }

    private static string Describe(QuarantineSummary entry) =>
        string.Join(
            "  ",
            new[]
            {
                entry.Reason,
                entry.State,
                Time(entry.ArrivedAt),
                entry.PurchaseId,
                entry.FirstError is { } first ? Describe(first) : null,
                entry.Errors > 1 ? $"and {Number(entry.Errors - 1)} more" : null,
            }.OfType<string>()
        );

    private static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Number(int number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
