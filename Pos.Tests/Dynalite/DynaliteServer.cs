using System.Diagnostics;
using Amazon.DynamoDBv2;
using Pos.Storage;
using Pos.Storage.Leases;
using Pos.Storage.LookupTable;
using Pos.Tests.Dynalite;
using Xunit;

[assembly: AssemblyFixture(typeof(DynaliteServer))]

namespace Pos.Tests.Dynalite;

/// <summary>One dynalite process for all tests, on a free port and in a folder of its own; started by the first test
/// that asks. Tests keep apart by making tables of their own.</summary>
public sealed class DynaliteServer : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pos dynalite ").FullName;
    private readonly SemaphoreSlim _starting = new(1);
    private Process? _process;
    private AmazonDynamoDBClient? _client;
    private int _tables;

    /// <summary>For <c>AWS_ENDPOINT_URL_DYNAMODB</c>, once a client was asked for.</summary>
    public string? Url { get; private set; }

    /// <summary>A client of the running server.</summary>
    public async Task<IAmazonDynamoDB> StartAsync()
    {
        await _starting.WaitAsync();
        try
        {
            return _client ??= await StartProcessAsync();
        }
        finally
        {
            _starting.Release();
        }
    }

    /// <summary>New, empty lookup and lease tables.</summary>
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

    private async Task<AmazonDynamoDBClient> StartProcessAsync()
    {
        var cli = Path.GetFullPath("../../../dynalite.cjs", await EmbeddedPackages.FindAsync("dynalite", "cli.js"));
        var port = Loopback.FreePort();
        Url = $"http://127.0.0.1:{port}";
        _process = Process.Start(
            new ProcessStartInfo(
                "node",
                [
                    cli,
                    "--host",
                    "127.0.0.1",
                    "--port",
                    $"{port}",
                    "--path",
                    Path.Combine(_folder, "data"),
                    "--createTableMs",
                    "0",
                    "--deleteTableMs",
                    "0",
                    "--updateTableMs",
                    "0",
                ]
            )
            {
                RedirectStandardOutput = true,
            }
        )!; // It says where it listens, and then nothing.
        var client = new AmazonDynamoDBClient(
            "test",
            "test",
            new AmazonDynamoDBConfig { ServiceURL = Url, AuthenticationRegion = "us-east-1" }
        );
        await Wait.UntilAsync(async () =>
        {
            if (_process.HasExited)
                throw new InvalidOperationException($"dynalite ended with {_process.ExitCode}.");
            try
            {
                await client.ListTablesAsync();
                return true;
            }
            catch (Exception e) when (e is HttpRequestException or Amazon.Runtime.AmazonServiceException)
            {
                return false;
            }
        });
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        _client?.Dispose();
        if (_process is not null)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
            _process.Dispose();
        }
        _starting.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
