using System.Globalization;
using Pos.Contracts;
using Pos.Contracts.Processor;

namespace Pos.Cli.Quarantine;

/// <summary>Says on the console what the processor answers.</summary>
internal sealed class QuarantineConsole(ProcessorClient processor)
{
    private const int FewEntries = 20;
    private const int EntriesPerPage = 200;
    private const int RetriesPerCall = 50;

    public async Task<int> ListAsync(string? reason, string state, bool all, CancellationToken cancellationToken)
    {
        string? cursor = null;
        var shown = 0;
        do
        {
            var page = await processor
                .QuarantinedAsync(reason, state, all ? EntriesPerPage : FewEntries - shown, cursor, cancellationToken)
                .ValueAsync();
            foreach (var entry in page.Entries)
                Console.WriteLine($"{entry.Id}\n  {Described(entry)}");
            shown += page.Entries.Count;
            cursor = page.NextCursor;
        } while (cursor is not null && (all || shown < FewEntries));

        var counts = await processor.QuarantineCountsAsync(cancellationToken).ValueAsync();
        foreach (var count in counts.Reasons)
            Console.WriteLine(
                $"{count.Reason}: {Number(count.Open)} open, {Number(count.Replayed)} replayed, {Number(count.Discarded)} discarded"
            );
        if (!counts.Complete)
            Console.WriteLine("There are more, which were not counted.");
        if (counts.Reasons.Count == 0)
            Console.WriteLine("Nothing is in quarantine.");
        else if (cursor is not null)
            Console.WriteLine("These are the newest; --all lists all.");
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
        Console.WriteLine($"{summary.Id}\n  {Described(summary)}");
        Console.WriteLine(
            $"  {summary.ShardId}, sequence number {summary.SequenceNumber}, {(summary.Ordinal is { } line ? $"line {line} of its record (from 0)" : "the whole record")}, {Number(summary.RawBytes)} bytes"
        );
        if (entry.Note is not null)
            Console.WriteLine($"  discarded {Time(entry.DecidedAt!.Value)}: {entry.Note}");
        if (summary.ReplayBegun)
            Console.WriteLine("  its replay has begun and was interrupted: replay it again");
        foreach (var error in entry.Errors)
            Console.WriteLine($"  {Described(error)}");
        if (entry.InvalidUtf8At is { } at)
            Console.WriteLine($"  not UTF-8 from byte {Number(at)} (of 0) on; in base64:");
        Console.WriteLine();
        Console.WriteLine(entry.Text ?? entry.Base64);
        if (entry.RetryText is not null && entry.RetryText != entry.Text)
            Console.WriteLine($"\nreplayed as:\n{entry.RetryText.TrimEnd('\n')}");
        return ExitCodes.Done;
    }

    public async Task<int> ReplayAsync(string id, string? text, CancellationToken cancellationToken) =>
        Closed(await processor.RetryAsync(id, text, cancellationToken).ValueAsync());

    public async Task<int> DiscardAsync(string id, string note, CancellationToken cancellationToken) =>
        Closed(await processor.DiscardAsync(id, note, cancellationToken).ValueAsync());

    /// <summary>Replays every open entry once.</summary>
    public async Task<int> ReplayAllAsync(string? reason, CancellationToken cancellationToken)
    {
        var reasons = reason is not null
            ? [reason]
            : (await processor.QuarantineCountsAsync(cancellationToken).ValueAsync())
                .Reasons.Where(count => count.Open > 0)
                .Select(count => count.Reason)
                .ToArray();
        var (replayed, refused) = (0, 0);
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
                    (replayed, refused) = isReplayed ? (replayed + 1, refused) : (replayed, refused + 1);
                    Console.WriteLine(
                        isReplayed
                            ? $"{result.Id} replayed"
                            : $"{result.Id} {result.Outcome}: {(result.Errors is [var first, ..] ? Described(first) : result.Detail)}"
                    );
                }
                if (page.Unavailable is not null)
                    throw new QuarantineException(
                        ExitCodes.Unavailable,
                        $"{Number(replayed)} replayed; then a store was away: {page.Unavailable} Do the same again."
                    );
                cursor = page.NextCursor;
            } while (cursor is not null);
        }
        Console.WriteLine($"{Number(replayed)} replayed, {Number(refused)} refused.");
        return refused == 0 ? ExitCodes.Done : ExitCodes.SomeRejected;
    }

    public static string Described(PurchaseError error) =>
        error.Field is "" ? $"{error.Code}: {error.Message}" : $"{error.Field} {error.Message} ({error.Code})";

    private static int Closed(ClosedEntry entry)
    {
        Console.WriteLine($"{entry.Id} {entry.State}");
        return ExitCodes.Done;
    }

    private static string Described(QuarantineSummary entry) =>
        string.Join(
            "  ",
            new[]
            {
                entry.Reason,
                entry.State,
                Time(entry.ArrivedAt),
                entry.PurchaseId,
                entry.FirstError is { } first ? Described(first) : null,
                entry.Errors > 1 ? $"and {Number(entry.Errors - 1)} more" : null,
            }.OfType<string>()
        );

    private static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string Number(int number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
