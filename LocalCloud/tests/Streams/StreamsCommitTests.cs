using System.Text;
using System.Text.Json.Nodes;
using LocalCloud.Streams;
using LocalCloud.Streams.Storage;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace LocalCloud.Tests.Streams;

[SystemTest]
public sealed class StreamsCommitTests
{
    private const string Only = "shardId-000000000000";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private readonly BrokenLogFiles _files = new();

    [Fact]
    public async Task A_put_is_answered_and_read_only_when_it_is_on_disk()
    {
        await using var server = await LocalCloudServer.StartAsync(null, builder =>
            builder.Services.AddSingleton<ILogFiles>(_files)
        );
        using var kinesis = new KinesisCalls(server.Url);
        await kinesis.CreateAsync("s");
        using var flush = new HeldFlush(_files);

        var put = kinesis.PutAsync("s", "k", "one");
        await flush.ReachedAsync();
        Assert.Empty(await kinesis.ReadAsync("s", Only)); // written, not flushed
        Assert.False(put.IsCompleted);
        flush.LetGo();
        await put.WaitAsync(s_patience);
        Assert.Equal(["one"], await kinesis.ReadAsync("s", Only));
    }

    [Fact]
    public async Task Puts_that_come_during_a_flush_share_the_next_one()
    {
        await using var server = await LocalCloudServer.StartAsync(null, builder =>
            builder.Services.AddSingleton<ILogFiles>(_files)
        );
        using var kinesis = new KinesisCalls(server.Url);
        await kinesis.CreateAsync("s");
        var stream = server.Services.GetRequiredService<StreamStore>().Get("s");
        using var flush = new HeldFlush(_files);
        var batches = Enumerable.Range(0, 21).Select(i => Batch($"{i}")).ToList();
        var before = _files.Flushes;

        var puts = new List<Task> { stream.PutAsync(batches[0]) };
        await flush.ReachedAsync();
        puts.AddRange(batches.Skip(1).Select(stream.PutAsync));
        flush.LetGo();
        flush.LetGo();
        await Task.WhenAll(puts).WaitAsync(s_patience);
        Assert.Equal(2, _files.Flushes - before);
        Assert.Equal(Enumerable.Range(0, 21).Select(i => $"{i}"), await kinesis.ReadAsync("s", Only));
        batches.ForEach(batch => batch.Dispose());
    }

    [Fact]
    public async Task A_full_disk_is_an_error_and_afterwards_the_log_goes_on_without_a_gap()
    {
        await using var server = await LocalCloudServer.StartAsync(null, builder =>
            builder.Services.AddSingleton<ILogFiles>(_files)
        );
        using var kinesis = new KinesisCalls(server.Url);
        await kinesis.CreateAsync("s");
        await kinesis.PutAsync("s", "k", "kept");
        _files.RoomLeft = 70;
        var error = await Assert.ThrowsAsync<KinesisError>(() =>
            kinesis.PutAsync("s", "k", "refused, and longer than what took its place")
        );
        Assert.Equal((500, "InternalFailure"), (error.StatusCode, error.Code));
        _files.RoomLeft = null;
        await kinesis.PutAsync("s", "k", "after");

        Assert.Equal(["kept", "after"], await kinesis.ReadAsync("s", Only));
    }

    [Fact]
    public async Task A_flush_that_fails_acknowledges_nothing()
    {
        await using var server = await LocalCloudServer.StartAsync(null, builder =>
            builder.Services.AddSingleton<ILogFiles>(_files)
        );
        using var kinesis = new KinesisCalls(server.Url);
        await kinesis.CreateAsync("s");
        _files.BeforeFlush = () => throw new IOException("Input/output error");
        await Assert.ThrowsAsync<KinesisError>(() => kinesis.PutAsync("s", "k", "refused"));
        Assert.Empty(await kinesis.ReadAsync("s", Only));
        _files.BeforeFlush = () => { };
        await kinesis.PutAsync("s", "k", "kept");
        Assert.Equal(["kept"], await kinesis.ReadAsync("s", Only));
    }

    private static PutBatch Batch(string data)
    {
        var batch = new PutBatch();
        PutRequestReader.ReadPutRecords(
            Encoding.UTF8.GetBytes(
                new JsonObject
                {
                    ["StreamName"] = "s",
                    ["Records"] = new JsonArray(KinesisCalls.Record("k", data)),
                }.ToJsonString()
            ),
            batch
        );
        return batch;
    }

    /// <summary>Stops every flush until it is let go, once for each.</summary>
    private sealed class HeldFlush : IDisposable
    {
        private readonly BrokenLogFiles _files;
        private readonly SemaphoreSlim _reached = new(0);
        private readonly SemaphoreSlim _go = new(0);

        public HeldFlush(BrokenLogFiles files)
        {
            _files = files;
            files.BeforeFlush = () =>
            {
                _reached.Release();
                if (!_go.Wait(s_patience))
                    throw new IOException("The test let no flush go.");
            };
        }

        public async Task ReachedAsync() => Assert.True(await _reached.WaitAsync(s_patience));

        public void LetGo() => _go.Release();

        public void Dispose()
        {
            _files.BeforeFlush = () => { };
            _go.Release(1000);
            _reached.Dispose();
        }
    }
}
