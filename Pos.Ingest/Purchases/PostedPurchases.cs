using System.Buffers;
using System.Diagnostics;
using System.Text.Json;
using Pos.Contracts;
using Pos.Contracts.Ingest;
using Pos.Ingest.Stream;

namespace Pos.Ingest.Purchases;

/// <summary>
/// Reads and validates the purchases of one request. Each is either valid, and serialized for the stream, or rejected
/// with its errors.
/// </summary>
internal sealed class PostedPurchases(PurchaseRules rules, IngestOptions options)
{
    private readonly ArrayBufferWriter<byte> _json = new(4096);
    private readonly List<Accepted> _accepted = [];
    private readonly List<RejectedPurchase> _rejected = [];
    private int _count;

    public IReadOnlyList<RejectedPurchase> Rejected => _rejected;

    /// <summary>The valid purchases, in the order of the request.</summary>
    public StreamPurchase[] Valid =>
        [.. _accepted.Select(purchase => new StreamPurchase(purchase.PurchaseId, _json.WrittenMemory[purchase.Bytes]))];

    /// <summary>Reads the body to its end. Reads NDJSON line by line as it arrives.</summary>
    /// <exception cref="RejectedRequestException">The body is rejected as a whole.</exception>
    public async Task ReadAsync(RequestBody body, CancellationToken cancellationToken)
    {
        if (body.IsNdjson)
        {
            // Let the purchase reader reject lines that are too long for a purchase, so that only they are rejected.
            await foreach (var line in NdjsonReader.ReadAsync(body, options.MaxBodyBytes, cancellationToken))
                Take(line.Utf8.Span);
        }
        else
        {
            await ReadJsonAsync(body, cancellationToken);
        }
        if (_count == 0)
            throw new RejectedRequestException(StatusCodes.Status400BadRequest, "The body contains no purchase.");
    }

    /// <summary>
    /// Creates the outcome of the request. Purchases that the stream did not acknowledge count as rejected.
    /// </summary>
    public PurchasesOutcome CreateOutcome(bool[] acknowledged)
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
        return new PurchasesOutcome(purchases, lines, _rejected);
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
                throw new RejectedRequestException(
                    StatusCodes.Status400BadRequest,
                    "The body is neither a purchase (a JSON object) nor an array of purchases."
                );
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                Take(json[start..(int)reader.BytesConsumed]);
            }
            reader.Read(); // Throws if anything follows the array.
        }
        catch (JsonException error)
        {
            throw new RejectedRequestException(
                StatusCodes.Status400BadRequest,
                $"The body is not JSON: {error.Message}"
            );
        }
    }

    private void Take(ReadOnlySpan<byte> json)
    {
        if (_count == options.MaxPurchases)
            throw new RejectedRequestException(
                StatusCodes.Status413PayloadTooLarge,
                $"The body contains more than {options.MaxPurchases} purchases. Split it into several requests."
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

    // Windows tools such as PowerShell's Out-File write a byte order mark. RFC 8259 allows readers to ignore it.
    private static ReadOnlySpan<byte> WithoutByteOrderMark(ReadOnlySpan<byte> utf8) =>
        utf8.StartsWith("\uFEFF"u8) ? utf8[3..] : utf8;

    private readonly record struct Accepted(int Index, string PurchaseId, int Lines, Range Bytes);
}
