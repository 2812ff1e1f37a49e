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
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(30);
    private readonly BrokenLogFiles _files = new();

    [Fact]
    public async Task A_put_is_acknowledged_and_readable_only_once_it_is_on_disk()
    {
        await using var server = await LocalCloudServer.StartAsync(null, builder =>
            builder.Services.AddSingleton<ILogFiles>(_files)
        );
        using var kinesis = new KinesisCalls(server.Url);
        await kinesis.CreateAsync("s");
        using var flush = new BlockedFlush(_files);

        var put = kinesis.PutAsync("s", "k", "one");
        await flush.WaitUntilBlockedAsync();
        Assert.Empty(await kinesis.ReadAsync("s", Only)); // written, not flushed
        Assert.False(put.IsCompleted);
        flush.Release();
        await put.WaitAsync(s_timeout);
        Assert.Equal(["one"], await kinesis.ReadAsync("s", Only));
    }

    [Fact]
    public async Task Puts_during_a_flush_share_the_next_flush()
    {
        await using var server = await LocalCloudServer.StartAsync(null, builder =>
            builder.Services.AddSingleton<ILogFiles>(_files)
        );
        using var kinesis = new KinesisCalls(server.Url);
        await kinesis.CreateAsync("s");
        var stream = server.Services.GetRequiredService<StreamStore>().Get("s");
        using var flush = new BlockedFlush(_files);
        var batches = Enumerable.Range(0, 21).Select(i => Batch($"{i}")).ToList();
        var before = _files.Flushes;

        var puts = new List<Task> { stream.PutAsync(batches[0]) };
        await flush.WaitUntilBlockedAsync();
        puts.AddRange(batches.Skip(1).Select(stream.PutAsync));
        flush.Release();
        flush.Release();
        await Task.WhenAll(puts).WaitAsync(s_timeout);
        Assert.Equal(2, _files.Flushes - before);
        Assert.Equal(Enumerable.Range(0, 21).Select(i => $"{i}"), await kinesis.ReadAsync("s", Only));
        batches.ForEach(batch => batch.Dispose());
    }

    [Fact]
    public async Task A_full_disk_is_an_error_and_the_log_continues_without_a_gap()
    {
        await using var server = await LocalCloudServer.StartAsync(null, builder =>
            builder.Services.AddSingleton<ILogFiles>(_files)
        );
        using var kinesis = new KinesisCalls(server.Url);
        await kinesis.CreateAsync("s");
        await kinesis.PutAsync("s", "k", "kept");
        _files.SpaceLeft = 70;
        var error = await Assert.ThrowsAsync<KinesisError>(() =>
            kinesis.PutAsync("s", "k", "rejected, and longer than what took its place")
        );
        Assert.Equal((500, "InternalFailure"), (error.StatusCode, error.Code));
        _files.SpaceLeft = null;
        await kinesis.PutAsync("s", "k", "after");

        Assert.Equal(["kept", "after"], await kinesis.ReadAsync("s", Only));
    }

    [Fact]
    public async Task A_failed_flush_acknowledges_nothing()
    {
        await using var server = await LocalCloudServer.StartAsync(null, builder =>
            builder.Services.AddSingleton<ILogFiles>(_files)
        );
        using var kinesis = new KinesisCalls(server.Url);
        await kinesis.CreateAsync("s");
        _files.BeforeFlush = () => throw new IOException("Input/output error");
        await Assert.ThrowsAsync<KinesisError>(() => kinesis.PutAsync("s", "k", "rejected"));
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

    /// <summary>Blocks every flush until a call of <see cref="Release"/>.</summary>
    private sealed class BlockedFlush : IDisposable
    {
        private readonly BrokenLogFiles _files;
        private readonly SemaphoreSlim _blocked = new(0);
        private readonly SemaphoreSlim _release = new(0);

        public BlockedFlush(BrokenLogFiles files)
        {
            _files = files;
            files.BeforeFlush = () =>
            {
                _blocked.Release();
                if (!_release.Wait(s_timeout))
                    throw new IOException("The test did not release the flush.");
            };
        }

        public async Task WaitUntilBlockedAsync() => Assert.True(await _blocked.WaitAsync(s_timeout));

        public void Release() => _release.Release();

        public void Dispose()
        {
            _files.BeforeFlush = () => { };
            _release.Release(1000);
            _blocked.Dispose();
        }
    }
}
