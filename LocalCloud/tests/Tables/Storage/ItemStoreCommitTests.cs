using System.Text;
using LocalCloud.Tables.Storage;
using LocalCloud.Tests.Objects;
using Microsoft.Extensions.Logging.Abstractions;
using RocksDbSharp;
using Xunit;

namespace LocalCloud.Tests.Tables.Storage;

/// <summary>Tests a store whose flushes the test delays, counts and fails.</summary>
[Fast]
public sealed class ItemStoreCommitTests : IDisposable
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(60);
    private readonly TemporaryFolder _folder = new();
    private readonly SemaphoreSlim _mayFlush = new(0);
    private readonly RocksItemStore _store;
    private int _flushes;
    private string? _flushError;

    public ItemStoreCommitTests() =>
        _store = RocksItemStore.Open(_folder.Path, new ItemStoreOptions(), NullLogger.Instance, Flush);

    public void Dispose()
    {
        _mayFlush.Release(1000);
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_batch_is_visible_immediately_and_acknowledged_after_the_flush()
    {
        var put = Put("a", "1").AsTask();
        Assert.Equal("1", Get("a"));
        Assert.False(put.IsCompleted);
        _mayFlush.Release();
        await put.WaitAsync(s_timeout);
    }

    [Fact]
    public async Task Batches_that_arrive_during_a_flush_share_the_next_one()
    {
        var first = Put("a", "1").AsTask();
        await Wait.UntilAsync(() => Volatile.Read(ref _flushes) == 1);
        var later = Enumerable.Range(0, 100).Select(i => Put($"b{i}", "2").AsTask()).ToList();
        _mayFlush.Release();
        await first.WaitAsync(s_timeout);
        Assert.DoesNotContain(later, task => task.IsCompleted);
        _mayFlush.Release();
        await Task.WhenAll(later).WaitAsync(s_timeout);
        Assert.Equal(2, _flushes);
    }

    [Fact]
    public async Task A_reader_waits_only_for_its_keys_that_are_not_on_disk()
    {
        var first = Put("a", "1").AsTask();
        await Wait.UntilAsync(() => Volatile.Read(ref _flushes) == 1);
        var prefix = new ItemBatch();
        prefix.DeletePrefix("b/"u8.ToArray());
        var second = _store.CommitAsync(prefix).AsTask();
        var (a, b) = (Durable("a"), Durable("b/1"));
        Assert.False(a.IsCompleted || b.IsCompleted);
        Assert.True(Durable("other").IsCompletedSuccessfully);
        _mayFlush.Release();
        await Task.WhenAll(first, a).WaitAsync(s_timeout);
        Assert.False(b.IsCompleted);
        _mayFlush.Release();
        await Task.WhenAll(second, b).WaitAsync(s_timeout);
        Assert.True(Durable("a").IsCompletedSuccessfully);
        Assert.True(Durable("b/1").IsCompletedSuccessfully);
    }

    [Theory]
    [InlineData("a", "b", false)]
    [InlineData("a", "c", true)] // contains the key b
    [InlineData("b", "b2", true)]
    [InlineData("b2", "d", false)]
    [InlineData("b2", "d/", false)]
    [InlineData("b2", "d/1", true)] // contains keys that begin with d/
    [InlineData("d/5", "d/6", true)]
    [InlineData("d/5", "z", true)]
    [InlineData("d0", "z", false)]
    public async Task A_scan_waits_only_for_changes_in_its_range(string from, string to, bool waits)
    {
        var batch = new ItemBatch();
        batch.Put("b"u8.ToArray(), []);
        batch.DeletePrefix("d/"u8.ToArray());
        var commit = _store.CommitAsync(batch).AsTask();
        var scan = _store.WaitUntilDurableAsync(Encoding.UTF8.GetBytes(from), Encoding.UTF8.GetBytes(to)).AsTask();
        Assert.Equal(waits, !scan.IsCompleted);
        _mayFlush.Release();
        await Task.WhenAll(commit, scan).WaitAsync(s_timeout);
    }

    [Fact]
    public async Task A_failed_flush_acknowledges_nothing_and_rejects_writes_until_a_restart()
    {
        await FlushedAsync(Put("a", "1"));
        _flushError = "IO error: While fdatasync: Input/output error";
        var failed = Put("a", "2").AsTask();
        _mayFlush.Release();
        await Assert.ThrowsAsync<IOException>(() => failed.WaitAsync(s_timeout));
        Assert.Contains("until a restart", _store.Problem, StringComparison.Ordinal);

        _flushError = null; // the next fsync would succeed without the data
        await Assert.ThrowsAsync<IOException>(async () => await Put("b", "3"));
        Assert.Null(Get("b"));
        await Assert.ThrowsAsync<IOException>(() => Durable("a"));
        Assert.Equal(2, _flushes);
    }

    [Fact]
    public async Task A_flush_without_space_rolls_back_its_batches_and_the_store_recovers()
    {
        await FlushedAsync(Put("a", "1"));
        _flushError = "IO error: No space left on device: While appending to file";
        var failed = Put("b", "2").AsTask();
        _mayFlush.Release();
        await Assert.ThrowsAsync<IOException>(() => failed.WaitAsync(s_timeout));
        _flushError = null;
        await Wait.UntilAsync(() => _store.Problem is null);
        Assert.Equal("1", Get("a"));
        await FlushedAsync(Put("c", "3"));
        Assert.Equal("3", Get("c"));
        Assert.True(Durable("b").IsCompletedSuccessfully);
    }

    [Fact]
    public async Task A_cursor_shows_the_store_as_of_its_opening()
    {
        await FlushedAsync(Put("a", "1"));
        await FlushedAsync(Put("b", "1"));
        using var cursor = _store.Scan("a"u8, "z"u8, descending: false);
        await FlushedAsync(Put("a", "2"));
        await FlushedAsync(Put("c", "2"));
        var seen = new List<string>();
        while (cursor.MoveNext())
            seen.Add($"{Encoding.UTF8.GetString(cursor.Key)}={Encoding.UTF8.GetString(cursor.Value)}");
        Assert.Equal(["a=1", "b=1"], seen);
    }

    [Fact]
    public async Task A_disposed_store_rejects_calls_and_an_open_cursor_can_finish()
    {
        _mayFlush.Release(1000);
        _ = Put("a", "1").AsTask();
        using var cursor = _store.Scan("a"u8, "z"u8, descending: false);
        _store.Dispose();
        Assert.True(cursor.MoveNext());
        Assert.Throws<ObjectDisposedException>(() => Get("a"));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await Put("a", "2"));
    }

    private async Task FlushedAsync(ValueTask commit)
    {
        _mayFlush.Release();
        await commit.AsTask().WaitAsync(s_timeout);
    }

    private ValueTask Put(string key, string value)
    {
        var batch = new ItemBatch();
        batch.Put(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(value));
        return _store.CommitAsync(batch);
    }

    private string? Get(string key) =>
        _store.Get(Encoding.UTF8.GetBytes(key)) is { } value ? Encoding.UTF8.GetString(value) : null;

    private Task Durable(string key) => _store.WaitUntilDurableAsync(Encoding.UTF8.GetBytes(key)).AsTask();

    private void Flush(RocksHandle handle)
    {
        Interlocked.Increment(ref _flushes);
        _mayFlush.Wait();
        if (_flushError is { } error)
            throw new IOException(error);
        Native.Instance.rocksdb_flush_wal(handle.Database.Handle, 1);
    }
}
