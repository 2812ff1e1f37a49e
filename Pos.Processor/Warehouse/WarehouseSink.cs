using System.Runtime.InteropServices;
using Amazon.KinesisFirehose;
using Amazon.KinesisFirehose.Model;
using Microsoft.Extensions.Options;
using Pos.ServiceDefaults.Tracing;
using Pos.Storage;

namespace Pos.Processor.Warehouse;

/// <summary>
/// Sends a batch's rows to Firehose, which is the only sink that appends: rows sent twice are merged in the warehouse,
/// by position.
/// </summary>
internal sealed class WarehouseSink(
    IAmazonKinesisFirehose firehose,
    PosResources resources,
    IOptions<WarehouseOptions> options,
    TimeProvider time
)
{
    public async Task WriteAsync(IReadOnlyList<PurchaseVersion> posts, CancellationToken cancellationToken)
    {
        foreach (var batch in DeliveryRecords.Batches(DeliveryRecords.Of(posts)))
            await PutAsync(batch, cancellationToken);
    }

    private async Task PutAsync(List<ReadOnlyMemory<byte>> records, CancellationToken cancellationToken)
    {
        var first = options.Value.PutBackoffMilliseconds;
        var backoff = new Backoff(first, first << options.Value.MaximumPutAttempts, time);
        for (var attempt = 1; ; attempt++)
        {
            var refusal = await TryPutAsync(records, cancellationToken);
            if (refusal is null)
                return;
            if (attempt == options.Value.MaximumPutAttempts)
                throw new RecordsRefusedException(refusal.Records.Count, attempt, refusal.Code, refusal.Message);
            // Only what was refused is put again.
            records = refusal.Records;
            await backoff.WaitAsync(cancellationToken);
        }
    }

    private sealed record Refusal(List<ReadOnlyMemory<byte>> Records, string Code, string? Message);

    /// <summary>What Firehose did not take; null when it took all.</summary>
    private async Task<Refusal?> TryPutAsync(List<ReadOnlyMemory<byte>> records, CancellationToken cancellationToken)
    {
        using var span = ProcessTrace.Source.StartFirehose("PutRecordBatch", resources.DeliveryStream, records.Count);
        try
        {
            var response = await firehose.PutRecordBatchAsync(
                new PutRecordBatchRequest
                {
                    DeliveryStreamName = resources.DeliveryStream,
                    Records = [.. records.Select(record => new Record { Data = Stream(record) })],
                },
                cancellationToken
            );
            if (response.FailedPutCount is null or 0)
                return null;
            var refused = response
                .RequestResponses.Select((entry, index) => (entry, index))
                .Where(r => r.entry.ErrorCode is not null)
                .ToArray();
            span?.SetFailure(refused[0].entry.ErrorCode, refused[0].entry.ErrorMessage);
            return new(
                [.. refused.Select(r => records[r.index])],
                refused[0].entry.ErrorCode,
                refused[0].entry.ErrorMessage
            );
        }
        catch (ServiceUnavailableException throttled)
        {
            span.SetFailure(throttled);
            return new(records, nameof(ServiceUnavailableException), throttled.Message);
        }
        catch (Exception error)
        {
            span.SetFailure(error);
            throw;
        }
    }

    private static MemoryStream Stream(ReadOnlyMemory<byte> record) =>
        MemoryMarshal.TryGetArray(record, out var array)
            ? new(array.Array!, array.Offset, array.Count, writable: false, publiclyVisible: true)
            : new(record.ToArray(), writable: false);
}

/// <summary>Firehose answered, but refused records time and again.</summary>
internal sealed class RecordsRefusedException(int records, int attempts, string code, string? message)
    : StoreUnavailableException(
        $"Firehose refused {records} records in each of {attempts} attempts: {code}, {message}"
    );
