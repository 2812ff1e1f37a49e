using Amazon.DynamoDBv2;
using Pos.Storage;
using Pos.Storage.Leases;
using Pos.Storage.LookupTable;
using Pos.Tests.LocalCloud.Tables;
using Xunit;

[assembly: AssemblyFixture(typeof(SharedTables))]

namespace Pos.Tests.LocalCloud.Tables;

/// <summary>
/// Shares one LocalCloud among all tests that need only tables. The first test starts it; each test creates its own
/// tables.
/// </summary>
public sealed class SharedTables : IAsyncDisposable
{
    private readonly SemaphoreSlim _starting = new(1);
    private LocalCloudServer? _server;
    private AmazonDynamoDBClient? _client;
    private int _tables;

    /// <summary>The value for <c>AWS_ENDPOINT_URL_DYNAMODB</c>; null until the server is started.</summary>
    public string? Url => _server?.Url;

    /// <summary>Starts the server unless it runs, and returns a client.</summary>
    public async Task<IAmazonDynamoDB> StartAsync()
    {
        await _starting.WaitAsync();
        try
        {
            _server ??= await LocalCloudServer.StartAsync();
            return _client ??= new AmazonDynamoDBClient(
                "test",
                "test",
                new AmazonDynamoDBConfig { ServiceURL = _server.Url, AuthenticationRegion = "us-east-1" }
            );
        }
        finally
        {
            _starting.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        if (_server is not null)
            await _server.DisposeAsync();
        _starting.Dispose();
    }

    /// <summary>Creates an empty lookup table and an empty lease table.</summary>
    internal async Task<PosResources> CreateTablesAsync()
    {
        var client = await StartAsync();
        var number = Interlocked.Increment(ref _tables);
        var resources = new PosResources { LookupTable = $"purchases-{number}", LeaseTable = $"leases-{number}" };
        foreach (
            var request in new[] { LookupTableSchema.CreateTable(resources), LeaseTableSchema.CreateTable(resources) }
        )
        {
            await client.CreateTableAsync(request);
            await Wait.UntilAsync(async () =>
                (await client.DescribeTableAsync(request.TableName)).Table.TableStatus == TableStatus.ACTIVE
            );
        }
        return resources;
    }
}
