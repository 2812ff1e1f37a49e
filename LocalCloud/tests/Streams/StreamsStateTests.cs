using System.Text.Json.Nodes;
using LocalCloud.Streams;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace LocalCloud.Tests.Streams;

[SystemTest]
public sealed class StreamsStateTests : IDisposable
{
    private const string Only = "shardId-000000000000";
    private readonly string _folder = Directory.CreateTempSubdirectory("pos state ").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_state_file_damaged_at_any_byte_is_replaced_by_its_copy()
    {
        var state = new StreamState
        {
            Name = "s",
            Created = 1,
            OnDemand = false,
            Shards = Resharding.CreateInitial(2, 0),
            Tags = new Dictionary<string, string> { ["k"] = "v" },
        };
        StateFile.Write(_folder, state);
        var files = Directory.GetFiles(_folder);
        var bytes = File.ReadAllBytes(files[0]);
        Assert.Equal(state.Shards, StateFile.Parse(bytes)!.Shards);
        for (var at = 0; at < bytes.Length; at++)
        {
            Assert.Null(StateFile.Parse(bytes.AsSpan(0, at)));
            var damaged = bytes.ToArray();
            damaged[at] ^= 0x04;
            Assert.Null(StateFile.Parse(damaged));
        }
        foreach (var file in files)
        {
            File.WriteAllBytes(file, bytes[..^7]);
            var read = StateFile.Read(_folder, NullLogger.Instance);
            Assert.Equal((state.Name, state.Tags["k"]), (read.Name, read.Tags["k"]));
            Assert.Equal(state.Shards, read.Shards);
            Assert.Equal(bytes, File.ReadAllBytes(file)); // written again
        }
    }

    [Fact]
    public async Task A_stream_with_lost_state_is_reported_and_other_streams_work()
    {
        await using (var server = await LocalCloudServer.StartAsync(_folder))
        {
            using var kinesis = new KinesisCalls(server.Url);
            await kinesis.CreateAsync("Lost");
            await kinesis.CreateAsync("kept");
            await kinesis.PutAsync("kept", "k", "one");
        }
        var lost = Directory.GetDirectories(Path.Combine(_folder, "streams"), "lost@*").Single();
        foreach (var file in Directory.GetFiles(lost, "*.json"))
            File.WriteAllText(file, "{}");

        await using (var server = await LocalCloudServer.StartAsync(_folder, "--Logging:LogLevel:Pos=None"))
        {
            using var kinesis = new KinesisCalls(server.Url);
            Assert.Equal(["one"], await kinesis.ReadAsync("kept", Only));
            var error = await Assert.ThrowsAsync<KinesisError>(() => kinesis.PutAsync("Lost", "k", "x"));
            Assert.Equal((500, "InternalFailure"), (error.StatusCode, error.Code));
            Assert.Contains(Path.Combine(lost, "stream.json"), error.Message, StringComparison.Ordinal);
            // must not be overwritten
            Assert.Equal(500, (await Assert.ThrowsAsync<KinesisError>(() => kinesis.CreateAsync("Lost"))).StatusCode);
            using var http = new HttpClient();
            var page = JsonNode.Parse(await http.GetStringAsync($"{server.Url}/_streams"))!;
            Assert.Equal(lost, (string)page["unreadable"]![0]!["folder"]!);
            Assert.Equal("Degraded", await http.GetStringAsync($"{server.Url}/_health"));
        }
    }

    [Fact]
    public async Task A_reader_skips_damage_and_the_page_shows_it()
    {
        string log;
        await using (var server = await LocalCloudServer.StartAsync(_folder))
        {
            using var kinesis = new KinesisCalls(server.Url);
            await kinesis.CreateAsync("s");
            foreach (var data in new[] { "one", "damaged", "three" })
                await kinesis.PutAsync("s", "k", data);
            log = Directory
                .GetFiles(Directory.GetDirectories(Path.Combine(_folder, "streams")).Single(), "*.log")
                .Single();
        }
        var bytes = File.ReadAllBytes(log);
        bytes[bytes.AsSpan().IndexOf("damaged"u8)] ^= 1;
        File.WriteAllBytes(log, bytes);

        await using (var server = await LocalCloudServer.StartAsync(_folder, "--Logging:LogLevel:Pos=None"))
        {
            using var kinesis = new KinesisCalls(server.Url);
            Assert.Equal(["one", "three"], await kinesis.ReadAsync("s", Only));
            using var http = new HttpClient();
            var damage = JsonNode.Parse(await http.GetStringAsync($"{server.Url}/_streams"))!["streams"]![0]![
                "damages"
            ]!
                .AsArray()
                .Single()!;
            Assert.Equal((log, 1), ((string)damage["file"]!, (int)damage["ordinals"]!));
            Assert.Equal("Degraded", await http.GetStringAsync($"{server.Url}/_health"));
        }
    }

    [Fact]
    public async Task The_page_shows_the_disk_usage_of_a_stream()
    {
        await using var server = await LocalCloudServer.StartAsync(_folder);
        using var kinesis = new KinesisCalls(server.Url);
        await kinesis.CreateAsync("s", shards: 2);
        await kinesis.PutAsync("s", "k", new string('x', 100_000));
        using var http = new HttpClient();
        var stream = JsonNode.Parse(await http.GetStringAsync($"{server.Url}/_streams"))!["streams"]![0]!;
        Assert.Equal(("s", 2, 1), ((string)stream["name"]!, (int)stream["open_shards"]!, (int)stream["segments"]!));
        Assert.Equal(
            new FileInfo(Directory.GetFiles((string)stream["folder"]!, "*.log").Single()).Length,
            (long)stream["bytes"]!
        );
        Assert.Equal("Healthy", await http.GetStringAsync($"{server.Url}/_health"));
    }
}
