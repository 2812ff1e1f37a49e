using System.Formats.Tar;
using System.IO.Compression;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Xunit;

namespace Pos.Tests.EndToEnd.Upgrade;

/// <summary>
/// <c>data-folder.tar.br</c> is a data folder of version 0.1, made before the projects moved: 300 rows of the sample,
/// purchase OLD-1 sent twice, and one quarantined record. Postgres was killed, so it recovers.
/// </summary>
[SystemTest]
public sealed class UpgradeTests : IDisposable
{
    private const int StoredLines = 302;

    private readonly string _folder = TemporaryDataFolder.Create("pos upgrade ");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_data_folder_of_the_version_before_is_read_whole_and_written_on()
    {
        await using (var archive = File.OpenRead(ArchivePath))
        await using (var tar = new BrotliStream(archive, CompressionMode.Decompress))
            await TarFile.ExtractToDirectoryAsync(tar, _folder, overwriteFiles: false);
        await using var system = await AppHostProcess.StartReadyAsync(_folder);
        using var http = new HttpClient();

        var report = await http.GetFromJsonAsync<JsonObject>(new Uri(system.Url("lookup"), "/reconciliation"));
        Assert.True((bool)report!["clean"]!, report.ToJsonString());
        Assert.All(report["stores"]!["stores"]!.AsArray(), store => Assert.Equal(StoredLines, (int)store!["lines"]!));
        Assert.Equal(1, (int)report["in_flight"]!["quarantine_open"]!);
        Assert.Equal(4, await QuantityAsync(http, system));
        await using var stores = system.Stores;
        Assert.Single(await stores.QuarantinedAsync());
        Assert.Equal(StoredLines, (await stores.LakeAsync()).Count);

        // The stream and its checkpoints go on where they were: a line sent now is newer than the stored one.
        using var posted = await http.PostAsJsonAsync(
            new Uri(system.Url("ingest"), "/purchases"),
            new
            {
                purchase_id = "OLD-1",
                customer_id = "17850",
                purchased_at = "2025-03-04T10:00:00Z",
                currency = "EUR",
                lines = new[]
                {
                    new
                    {
                        product_id = "85123A",
                        quantity = 9,
                        unit_price = 2.55m,
                    },
                },
            }
        );
        posted.EnsureSuccessStatusCode();
        await Wait.UntilAsync(async () => await QuantityAsync(http, system) == 9);
        Assert.Equal(0, await system.StopAsync());
    }

    private static string ArchivePath =>
        Path.Combine(Repository.Folder, "Pos.Tests", "EndToEnd", "Upgrade", "data-folder.tar.br");

    private static async Task<int> QuantityAsync(HttpClient http, AppHostProcess system)
    {
        var purchase = await http.GetFromJsonAsync<JsonObject>(new Uri(system.Url("lookup"), "/purchases/OLD-1"));
        return (int)purchase!["lines"]![0]!["quantity"]!;
    }
}
