using System.Runtime.InteropServices;
using Amazon.KinesisFirehose;
using Amazon.KinesisFirehose.Model;
using Microsoft.Extensions.Options;
using Pos.ServiceDefaults.Tracing;
using Pos.Storage;

namespace Pos.Processor.Warehouse;

/// <summary>
/// Sends a batch's rows to Firehose. Firehose only appends; the warehouse merges rows that were sent twice by their
/// position.
/// </summary>
internal sealed class WarehouseSink(
    IAmazonKinesisFirehose firehose,
    PosResources resources,
    IOptions<WarehouseOptions> options,
    TimeProvider time
)
{
    public async Task WriteAsync(IReadOnlyList<PurchaseVersion> versions, CancellationToken cancellationToken)
    {
        foreach (var batch in DeliveryRecords.SplitIntoBatches(DeliveryRecords.From(versions)))
            await PutAsync(batch, cancellationToken);
    }

    private async Task PutAsync(List<ReadOnlyMemory<byte>> records, CancellationToken cancellationToken)
    {
        var first = options.Value.PutBackoffMilliseconds;
        var backoff = new Backoff(first, first << options.Value.MaximumPutAttempts, time);
        for (var attempt = 1; ; attempt++)
        {
            var rejection = await TryPutAsync(records, cancellationToken);
            if (rejection is null)
                return;
            if (attempt == options.Value.MaximumPutAttempts)
                throw new RecordsRejectedException(rejection.Records.Count, attempt, rejection.Code, rejection.Message);
            // Put only the rejected records again.
            records = rejection.Records;
            await backoff.WaitAsync(cancellationToken);
        }
    }

    private sealed record Rejection(List<ReadOnlyMemory<byte>> Records, string Code, string? Message);

    /// <summary>Returns the records that Firehose rejected, or null if it accepted all.</summary>
    private async Task<Rejection?> TryPutAsync(List<ReadOnlyMemory<byte>> records, CancellationToken cancellationToken)
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
            var rejected = response
                .RequestResponses.Select((entry, index) => (entry, index))
                .Where(r => r.entry.ErrorCode is not null)
                .ToArray();
            span?.SetFailure(rejected[0].entry.ErrorCode, rejected[0].entry.ErrorMessage);
            return new(
                [.. rejected.Select(r => records[r.index])],
                rejected[0].entry.ErrorCode,
                rejected[0].entry.ErrorMessage
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

/// <summary>Firehose responded, but rejected records in every attempt.</summary>
internal sealed class RecordsRejectedException(int records, int attempts, string code, string? message)
    : StoreUnavailableException(
        $"Firehose rejected {records} records in each of {attempts} attempts: {code}: {message}"
    );
