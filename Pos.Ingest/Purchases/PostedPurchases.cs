using System.Buffers;
using System.Diagnostics;
using System.Text.Json;
using Pos.Contracts;
using Pos.Contracts.Ingest;
using Pos.Ingest.Stream;

namespace Pos.Ingest.Purchases;

/// <summary>
/// The purchases of one request: read one by one, each either ready for the stream or rejected with its reasons.
/// </summary>
internal sealed class PostedPurchases(PurchaseRules rules, IngestOptions options)
{
    private readonly ArrayBufferWriter<byte> _json = new(4096);
    private readonly List<Accepted> _accepted = [];
    private readonly List<RejectedPurchase> _rejected = [];
    private int _count;

    public IReadOnlyList<RejectedPurchase> Rejected => _rejected;

    /// <summary>Ready for the stream, in the order they were posted.</summary>
    public StreamPurchase[] Accepting =>
        [.. _accepted.Select(purchase => new StreamPurchase(purchase.PurchaseId, _json.WrittenMemory[purchase.Bytes]))];

    /// <summary>Reads the body to its end; NDJSON line by line as it arrives.</summary>
    /// <exception cref="RefusedPostException">The body is refused as a whole.</exception>
    public async Task ReadAsync(RequestBody body, CancellationToken cancellationToken)
    {
        if (body.IsNdjson)
        {
            // A line longer than a purchase may be is the purchase reader's to judge, as an item among the others.
            await foreach (var line in NdjsonReader.ReadAsync(body, options.MostBodyBytes, cancellationToken))
                Take(line.Utf8.Span);
        }
        else
        {
            await ReadJsonAsync(body, cancellationToken);
        }
        if (_count == 0)
            throw new RefusedPostException(StatusCodes.Status400BadRequest, "The body holds no purchase.");
    }

    /// <summary>What the stream has, and what it has not, as rejected items among the others.</summary>
    public PostOutcome Settle(bool[] acknowledged)
    {
        var (purchases, lines) = (0, 0);
        for (var i = 0; i < acknowledged.Length; i++)
        {
            if (acknowledged[i])
                (purchases, lines) = (purchases + 1, lines + _accepted[i].Lines);
            else
                _rejected.Add(
                    new RejectedPurchase(
                        _accepted[i].Index,
                        _accepted[i].PurchaseId,
                        [RejectedPurchase.NotAcknowledged]
                    )
                );
        }
        _rejected.Sort(static (one, other) => one.Index.CompareTo(other.Index));
        return new PostOutcome(purchases, lines, _rejected);
    }

    private async Task ReadJsonAsync(RequestBody body, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
        try
        {
            var length = 0;
            while (await body.ReadAsync(buffer.AsMemory(length), cancellationToken) is > 0 and var read)
            {
                length += read;
                if (length < buffer.Length)
                    continue;
                var larger = ArrayPool<byte>.Shared.Rent(length * 2);
                buffer.AsSpan(0, length).CopyTo(larger);
                ArrayPool<byte>.Shared.Return(buffer);
                buffer = larger;
            }
            ReadJson(WithoutByteOrderMark(buffer.AsSpan(0, length)));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private void ReadJson(ReadOnlySpan<byte> json)
    {
        json = json.Trim(" \t\r\n"u8);
        if (json.IsEmpty)
            return;
        if (json[0] == '{')
        {
            Take(json);
            return;
        }
        try
        {
            var reader = new Utf8JsonReader(json);
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartArray)
                throw new RefusedPostException(
                    StatusCodes.Status400BadRequest,
                    "The body is neither a purchase, which is a JSON object, nor an array of them."
                );
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                Take(json[start..(int)reader.BytesConsumed]);
            }
            reader.Read(); // throws at what follows the array
        }
        catch (JsonException error)
        {
            throw new RefusedPostException(StatusCodes.Status400BadRequest, $"The body is not JSON: {error.Message}");
        }
    }

    private void Take(ReadOnlySpan<byte> json)
    {
        if (_count == options.MostPurchases)
            throw new RefusedPostException(
                StatusCodes.Status413PayloadTooLarge,
                $"The body holds more than {options.MostPurchases} purchases. Send it in several requests."
            );
        var index = _count++;
        var reading = PurchaseReader.ReadPosted(json, rules);
        if (reading.Accepted is not { } accepted)
        {
            _rejected.Add(new RejectedPurchase(index, reading.PurchaseId, reading.Errors));
            return;
        }
        if (
            _accepted.Count < options.MaxTracedPurchases
            && Activity.Current is { Recorded: true, IdFormat: ActivityIdFormat.W3C } activity
        )
            accepted = accepted with { TraceParent = activity.Id };
        var start = _json.WrittenCount;
        PurchaseWriter.WriteAccepted(_json, accepted);
        _accepted.Add(
            new Accepted(index, accepted.Purchase.PurchaseId, accepted.Purchase.Lines.Count, start.._json.WrittenCount)
        );
    }

    // Windows tools write one (PowerShell's Out-File); RFC 8259 lets a reader ignore it.
    private static ReadOnlySpan<byte> WithoutByteOrderMark(ReadOnlySpan<byte> utf8) =>
        utf8.StartsWith("\uFEFF"u8) ? utf8[3..] : utf8;

    private readonly record struct Accepted(int Index, string PurchaseId, int Lines, Range Bytes);
}
