using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Npgsql;
using Pos.Contracts;
using Pos.Processor.EventSource;
using Pos.Processor.EventSource.Leases;
using Pos.Storage;
using Pos.Storage.LookupTable;
using Xunit;

namespace Pos.Tests.EndToEnd;

/// <summary>Reads all lines of the three stores.</summary>
internal sealed class Stores : IAsyncDisposable
{
    private readonly PosResources _resources = new();
    private readonly AmazonS3Client _s3;
    private readonly AmazonDynamoDBClient _dynamoDb;
    private readonly NpgsqlDataSource _warehouse;

    public Stores(WrittenEndpoints endpoints)
    {
        Credentials = endpoints.Credentials;
        _s3 = new AmazonS3Client(
            Credentials,
            new AmazonS3Config
            {
                ServiceURL = endpoints.Objects,
                AuthenticationRegion = "us-east-1",
                ForcePathStyle = true,
            }
        );
        _dynamoDb = new AmazonDynamoDBClient(
            Credentials,
            new AmazonDynamoDBConfig { ServiceURL = endpoints.Table, AuthenticationRegion = "us-east-1" }
        );
        _warehouse = NpgsqlDataSource.Create(endpoints["warehouse"]);
    }

    public AWSCredentials Credentials { get; }

    /// <summary>Returns the newest version of each line in the lake.</summary>
    public async Task<IReadOnlyList<Line>> LakeAsync()
    {
        var newest = new Dictionary<(string, int), (string Position, Line Line)>();
        await foreach (var accepted in LakeVersionsAsync())
        {
            foreach (var line in Line.From(accepted.Purchase))
            {
                if (
                    !newest.TryGetValue(line.Identity, out var known)
                    || string.CompareOrdinal(accepted.Position, known.Position) > 0
                )
                    newest[line.Identity] = (accepted.Position!, line with { IngestedAt = accepted.IngestedAt });
            }
        }
        return [.. newest.Values.Select(version => version.Line)];
    }

    /// <summary>Returns positions that occur in the lake more than once.</summary>
    public async Task<IReadOnlyList<string>> RepeatedLakePositionsAsync()
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var twice = new List<string>();
        await foreach (var accepted in LakeVersionsAsync())
        {
            if (!seen.Add(accepted.Position!))
                twice.Add(accepted.Position!);
        }
        return twice;
    }

    public async Task<IReadOnlyList<Line>> LookupAsync()
    {
        var lines = new List<Line>();
        var scan = new ScanRequest { TableName = _resources.LookupTable, ConsistentRead = true };
        do
        {
            var page = await _dynamoDb.ScanAsync(scan);
            foreach (var item in page.Items)
            {
                var header = new Purchase
                {
                    PurchaseId = item[LookupTableSchema.PurchaseId].S,
                    CustomerId = item.GetValueOrDefault(LookupTableSchema.CustomerId)?.S,
                    StoreId = item.GetValueOrDefault(LookupTableSchema.StoreId)?.S,
                    Country = item.GetValueOrDefault(LookupTableSchema.Country)?.S,
                    Currency = item[LookupTableSchema.Currency].S,
                    PurchasedAt = DateTimeOffset.Parse(item[LookupTableSchema.PurchasedAt].S, null),
                    Lines = [.. LinesOf(item)],
                };
                var ingestedAt = DateTimeOffset.Parse(item[LookupTableSchema.IngestedAt].S, null);
                lines.AddRange(Line.From(header).Select(line => line with { IngestedAt = ingestedAt }));
            }
            scan.ExclusiveStartKey = page.LastEvaluatedKey;
        } while (scan.ExclusiveStartKey is { Count: > 0 });
        return lines;

        static IEnumerable<PurchaseLine> LinesOf(Dictionary<string, AttributeValue> item)
        {
            foreach (var (name, value) in item)
            {
                if (LookupTableSchema.TryGetLine(name, out var number))
                    yield return LookupLine.Parse(number, value.S).Line;
            }
        }
    }

    /// <summary>The revision of each purchase in the lookup table: the number of updates that reached it.</summary>
    public async Task<IReadOnlyDictionary<string, long>> RevisionsAsync()
    {
        var revisions = new Dictionary<string, long>(StringComparer.Ordinal);
        var scan = new ScanRequest
        {
            TableName = _resources.LookupTable,
            ConsistentRead = true,
            ProjectionExpression = $"{LookupTableSchema.PurchaseId}, {LookupTableSchema.Revision}",
        };
        await foreach (var page in _dynamoDb.Paginators.Scan(scan).Responses)
        {
            foreach (var item in page.Items)
            {
                revisions[item[LookupTableSchema.PurchaseId].S] = long.Parse(
                    item[LookupTableSchema.Revision].N,
                    CultureInfo.InvariantCulture
                );
            }
        }
        return revisions;
    }

    public async Task<IReadOnlyList<Line>> WarehouseAsync()
    {
        await using var command = _warehouse.CreateCommand(
            """
            SELECT purchase_id, line, product_id, description, quantity, unit_price,
                customer_id, store_id, country, currency, purchased_at, ingested_at
            FROM purchase_lines
            """
        );
        await using var reader = await command.ExecuteReaderAsync();
        var lines = new List<Line>();
        while (await reader.ReadAsync())
        {
            lines.Add(
                new Line(
                    reader.GetString(0),
                    reader.GetInt32(1),
                    reader.GetString(2),
                    reader.IsDBNull(3) ? null : reader.GetString(3),
                    reader.GetInt32(4),
                    reader.GetDecimal(5),
                    reader.IsDBNull(6) ? null : reader.GetString(6),
                    reader.IsDBNull(7) ? null : reader.GetString(7),
                    reader.IsDBNull(8) ? null : reader.GetString(8),
                    reader.GetString(9),
                    reader.GetFieldValue<DateTimeOffset>(10)
                )
                {
                    IngestedAt = reader.GetFieldValue<DateTimeOffset>(11),
                }
            );
        }
        return lines;
    }

    /// <summary>Returns shard and sequence number of each quarantine entry, and checks its bytes.</summary>
    public async Task<IReadOnlyList<string>> QuarantinedAsync()
    {
        var found = new List<string>();
        await foreach (
            var entry in _s3
                .Paginators.ListObjectsV2(
                    new ListObjectsV2Request { BucketName = _resources.LakeBucket, Prefix = "quarantine/" }
                )
                .S3Objects
        )
        {
            if (!entry.Key.EndsWith(".json", StringComparison.Ordinal))
                continue;
            using var response = await _s3.GetObjectAsync(_resources.LakeBucket, entry.Key);
            using var json = await JsonDocument.ParseAsync(response.ResponseStream);
            var raw = await _s3.GetObjectMetadataAsync(
                _resources.LakeBucket,
                json.RootElement.GetProperty("raw_key").GetString()
            );
            Assert.Equal(json.RootElement.GetProperty("raw_bytes").GetInt64(), raw.ContentLength);
            var shardId = json.RootElement.GetProperty("shard_id").GetString();
            found.Add($"{shardId} {json.RootElement.GetProperty("sequence_number").GetString()}");
        }
        return found;
    }

    /// <summary>The lease table.</summary>
    internal DynamoLeases Leases => new(_dynamoDb, _resources);

    public async ValueTask DisposeAsync()
    {
        _s3.Dispose();
        _dynamoDb.Dispose();
        await _warehouse.DisposeAsync();
    }

    private async IAsyncEnumerable<AcceptedPurchase> LakeVersionsAsync()
    {
        var listing = _s3.Paginators.ListObjectsV2(
            new ListObjectsV2Request { BucketName = _resources.LakeBucket, Prefix = "purchases/" }
        );
        await foreach (var entry in listing.S3Objects)
        {
            using var response = await _s3.GetObjectAsync(_resources.LakeBucket, entry.Key);
            using var text = new StreamReader(new GZipStream(response.ResponseStream, CompressionMode.Decompress));
            while (await text.ReadLineAsync() is { } json)
            {
                var reading = PurchaseReader.ReadFromLake(Encoding.UTF8.GetBytes(json));
                yield return reading.Accepted
                    ?? throw new InvalidDataException($"{entry.Key}: {reading.Errors[0].Message}");
            }
        }
    }
}
