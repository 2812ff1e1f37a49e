using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Amazon.DynamoDBv2;
using Amazon.DynamoDBv2.Model;
using Pos.Storage;
using Pos.Storage.Leases;
using Pos.Storage.LookupTable;
using Xunit;

namespace Pos.Tests.EndToEnd;

/// <summary>Tests the migration of a data folder with tables in dynalite.</summary>
[SystemTest]
public sealed class DynaliteMigrationTests : IDisposable
{
    private static readonly DateTimeOffset s_purchasedAt = new(2026, 1, 31, 9, 30, 0, TimeSpan.Zero);

    private readonly string _folder = TemporaryDataFolder.Create("pos dynalite ");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Tables_are_copied_and_a_lost_update_is_repaired_from_the_lake()
    {
        var resources = new PosResources();
        using var http = new HttpClient();
        Dictionary<string, AttributeValue> lost;
        List<Dictionary<string, AttributeValue>> leases;
        await using (var before = await AppHostProcess.StartReadyAsync(_folder))
        {
            await PostAsync(http, before, quantity: 1);
            lost = await ItemAsync(before, resources);
            await PostAsync(http, before, quantity: 2);
            await Wait.UntilAsync(async () => await QuantityAsync(http, before) == 2);
            using var tables = Client(before);
            leases = (await tables.ScanAsync(new ScanRequest(resources.LeaseTable))).Items;
            Assert.Equal(0, await before.StopAsync());
        }
        // Restores the state of an earlier version: dynalite has the tables and lost the second update.
        await FillDynaliteAsync(resources, [lost], leases);
        Directory.Delete(Path.Combine(_folder, "localcloud", "tables"), recursive: true);

        await using var after = await AppHostProcess.StartReadyAsync(_folder);

        await Wait.UntilAsync(async () => await QuantityAsync(http, after) == 2);
        await Wait.UntilAsync(() => Task.FromResult(Directory.GetDirectories(_folder, "dynalite*").Length == 0));
        using var migrated = Client(after);
        var shards = (await migrated.ScanAsync(new ScanRequest(resources.LeaseTable))).Items;
        Assert.Equal(leases.Select(ShardOf).Order(), shards.Select(ShardOf).Order());
    }

    private async Task FillDynaliteAsync(
        PosResources resources,
        IEnumerable<Dictionary<string, AttributeValue>> purchases,
        IEnumerable<Dictionary<string, AttributeValue>> leases
    )
    {
        var port = Loopback.FreePort();
        using var dynalite = Process.Start(
            new ProcessStartInfo(
                "npm",
                [
                    "exec",
                    "--yes",
                    "--package=dynalite@4.0.0",
                    "--",
                    "dynalite",
                    "--host",
                    "127.0.0.1",
                    "--port",
                    $"{port}",
                    "--path",
                    Path.Combine(_folder, "dynalite"),
                    "--createTableMs",
                    "0",
                ]
            )
            {
                RedirectStandardOutput = true,
            }
        )!;
        try
        {
            using var client = new AmazonDynamoDBClient(
                "any",
                "any",
                new AmazonDynamoDBConfig { ServiceURL = $"http://127.0.0.1:{port}", AuthenticationRegion = "us-east-1" }
            );
            await Wait.UntilAsync(async () =>
            {
                try
                {
                    await client.CreateTableAsync(LookupTableSchema.CreateTable(resources));
                    return true;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            });
            await client.CreateTableAsync(LeaseTableSchema.CreateTable(resources));
            await Wait.UntilAsync(async () =>
                (await client.DescribeTableAsync(resources.LeaseTable)).Table.TableStatus == TableStatus.ACTIVE
            );
            foreach (var item in purchases)
                await client.PutItemAsync(resources.LookupTable, item);
            foreach (var item in leases)
                await client.PutItemAsync(resources.LeaseTable, item);
        }
        finally
        {
            dynalite.Kill(entireProcessTree: true);
            await dynalite.WaitForExitAsync();
        }
    }

    private static async Task PostAsync(HttpClient http, AppHostProcess system, int quantity)
    {
        using var response = await http.PostAsJsonAsync(
            new Uri(system.Url("ingest"), "/purchases"),
            new
            {
                purchase_id = "moved",
                purchased_at = s_purchasedAt,
                lines = new[]
                {
                    new
                    {
                        line = 1,
                        product_id = "85123A",
                        quantity,
                        unit_price = 2.55m,
                    },
                },
            }
        );
        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        await Wait.UntilAsync(async () => await QuantityAsync(http, system) == quantity);
    }

    private static async Task<int?> QuantityAsync(HttpClient http, AppHostProcess system)
    {
        using var response = await http.GetAsync(new Uri(system.Url("lookup"), "/purchases/moved"));
        if (response.StatusCode != HttpStatusCode.OK)
            return null;
        var purchase = await response.Content.ReadFromJsonAsync<JsonElement>();
        return purchase.GetProperty("lines")[0].GetProperty("quantity").GetInt32();
    }

    private static async Task<Dictionary<string, AttributeValue>> ItemAsync(
        AppHostProcess system,
        PosResources resources
    )
    {
        using var tables = Client(system);
        var key = new Dictionary<string, AttributeValue> { [LookupTableSchema.PurchaseId] = new("moved") };
        return (await tables.GetItemAsync(resources.LookupTable, key)).Item;
    }

    private static AmazonDynamoDBClient Client(AppHostProcess system)
    {
        var endpoints = system.Endpoints;
        return new AmazonDynamoDBClient(
            endpoints.Credentials,
            new AmazonDynamoDBConfig { ServiceURL = endpoints.Table, AuthenticationRegion = "us-east-1" }
        );
    }

    private static string ShardOf(Dictionary<string, AttributeValue> lease) => lease["shard_id"].S;
}
