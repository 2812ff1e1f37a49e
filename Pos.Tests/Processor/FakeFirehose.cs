using System.Net;
using System.Text;
using System.Text.Json;
using Amazon;
using Amazon.KinesisFirehose;
using Amazon.KinesisFirehose.Model;

namespace Pos.Tests.Processor;

/// <summary>A Firehose client that keeps records in memory and rejects the entries that the test selects.</summary>
internal sealed class FakeFirehose(StoreCalls? calls = null)
    : AmazonKinesisFirehoseClient("test", "test", RegionEndpoint.USEast1)
{
    private readonly StoreCalls _calls = calls ?? new();
    private readonly List<byte[]> _records = [];

    /// <summary>Returns true to reject an entry, by the call's number, from 1, and the entry's index.</summary>
    public Func<int, int, bool> Rejects { get; set; } = (_, _) => false;

    public int Calls { get; private set; }
    public IReadOnlyList<byte[]> Records => _records;

    /// <summary>Returns the newest row of each purchase line, as the warehouse's merge by position keeps it.</summary>
    public IReadOnlyDictionary<(string PurchaseId, int Line), JsonElement> Merged()
    {
        var merged = new Dictionary<(string, int), JsonElement>();
        foreach (var row in Rows())
        {
            var key = (row.GetProperty("purchase_id").GetString()!, row.GetProperty("line").GetInt32());
            if (
                !merged.TryGetValue(key, out var other)
                || string.CompareOrdinal(
                    other.GetProperty("position").GetString(),
                    row.GetProperty("position").GetString()
                ) <= 0
            )
                merged[key] = row;
        }
        return merged;
    }

    public IEnumerable<JsonElement> Rows()
    {
        lock (_records)
            return
            [
                .. _records
                    .SelectMany(record =>
                        Encoding.UTF8.GetString(record).Split('\n', StringSplitOptions.RemoveEmptyEntries)
                    )
                    .Select(row => JsonElement.Parse(row)),
            ];
    }

    public override Task<PutRecordBatchResponse> PutRecordBatchAsync(
        PutRecordBatchRequest request,
        CancellationToken cancellationToken = default
    ) =>
        _calls.MakeAsync(
            "firehose:PutRecordBatch",
            () => Put(request),
            fault =>
                fault is Fault.Throttled
                    ? new ServiceUnavailableException("Slow down.") { StatusCode = HttpStatusCode.ServiceUnavailable }
                    : new AmazonKinesisFirehoseException("Firehose is unavailable.")
                    {
                        StatusCode = HttpStatusCode.InternalServerError,
                    }
        );

    private PutRecordBatchResponse Put(PutRecordBatchRequest request)
    {
        lock (_records)
        {
            Calls++;
            var response = new PutRecordBatchResponse { RequestResponses = [], FailedPutCount = 0 };
            for (var i = 0; i < request.Records.Count; i++)
            {
                if (Rejects(Calls, i))
                {
                    response.FailedPutCount++;
                    response.RequestResponses.Add(
                        new() { ErrorCode = "ServiceUnavailableException", ErrorMessage = "Slow down." }
                    );
                    continue;
                }
                _records.Add(request.Records[i].Data.ToArray());
                response.RequestResponses.Add(new() { RecordId = $"{Calls}-{i}" });
            }
            return response;
        }
    }
}
