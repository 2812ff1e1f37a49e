using System.Text;
using LocalCloud.Tables.Storage;
using LocalCloud.Tests.Objects;
using Microsoft.Extensions.Logging.Abstractions;
using RocksDbSharp;
using Xunit;

namespace LocalCloud.Tests.Tables.Storage;

/// <summary>A store whose flushes a test holds back, counts and lets fail.</summary>
[Fast]
public sealed class ItemStoreCommitTests : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
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
    public async Task A_batch_is_visible_at_once_and_acknowledged_after_the_flush()
    {
        var put = Put("a", "1").AsTask();
        Assert.Equal("1", Get("a"));
        Assert.False(put.IsCompleted);
        _mayFlush.Release();
        await put.WaitAsync(s_patience);
    }

    [Fact]
    public async Task Batches_that_arrive_during_a_flush_share_the_next_one()
    {
        var first = Put("a", "1").AsTask();
        await Wait.UntilAsync(() => Volatile.Read(ref _flushes) == 1);
        var later = Enumerable.Range(0, 100).Select(i => Put($"b{i}", "2").AsTask()).ToList();
        _mayFlush.Release();
        await first.WaitAsync(s_patience);
        Assert.DoesNotContain(later, task => task.IsCompleted);
        _mayFlush.Release();
        await Task.WhenAll(later).WaitAsync(s_patience);
        Assert.Equal(2, _flushes);
    }

    [Fact]
    public async Task A_reader_waits_for_the_keys_that_are_not_on_disk_and_for_no_other()
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
        await Task.WhenAll(first, a).WaitAsync(s_patience);
        Assert.False(b.IsCompleted);
        _mayFlush.Release();
        await Task.WhenAll(second, b).WaitAsync(s_patience);
        Assert.True(Durable("a").IsCompletedSuccessfully);
        Assert.True(Durable("b/1").IsCompletedSuccessfully);
    }

    [Theory]
    [InlineData("a", "b", false)]
    [InlineData("a", "c", true)] // has the key b
    [InlineData("b", "b2", true)]
    [InlineData("b2", "d", false)]
    [InlineData("b2", "d/", false)]
    [InlineData("b2", "d/1", true)] // has keys that begin with d/
    [InlineData("d/5", "d/6", true)]
    [InlineData("d/5", "z", true)]
    [InlineData("d0", "z", false)]
    public async Task A_scan_waits_for_changes_in_its_range_and_for_no_other(string from, string to, bool waits)
    {
        var batch = new ItemBatch();
        batch.Put("b"u8.ToArray(), []);
        batch.DeletePrefix("d/"u8.ToArray());
        var commit = _store.CommitAsync(batch).AsTask();
        var scan = _store.WaitUntilDurableAsync(Encoding.UTF8.GetBytes(from), Encoding.UTF8.GetBytes(to)).AsTask();
        Assert.Equal(waits, !scan.IsCompleted);
        _mayFlush.Release();
        await Task.WhenAll(commit, scan).WaitAsync(s_patience);
    }

    [Fact]
    public async Task A_failed_flush_acknowledges_nothing_and_refuses_writes_until_a_restart()
    {
        await FlushedAsync(Put("a", "1"));
        _flushError = "IO error: While fdatasync: Input/output error";
        var failed = Put("a", "2").AsTask();
        _mayFlush.Release();
        await Assert.ThrowsAsync<IOException>(() => failed.WaitAsync(s_patience));
        Assert.Contains("until a restart", _store.Problem, StringComparison.Ordinal);

        _flushError = null; // the next fsync would succeed, without the data
        await Assert.ThrowsAsync<IOException>(async () => await Put("b", "3"));
        Assert.Null(Get("b"));
        await Assert.ThrowsAsync<IOException>(() => Durable("a"));
        Assert.Equal(2, _flushes);
    }

    [Fact]
    public async Task A_flush_without_space_takes_its_batches_back_and_the_store_goes_on()
    {
        await FlushedAsync(Put("a", "1"));
        _flushError = "IO error: No space left on device: While appending to file";
        var failed = Put("b", "2").AsTask();
        _mayFlush.Release();
        await Assert.ThrowsAsync<IOException>(() => failed.WaitAsync(s_patience));
        _flushError = null;
        await Wait.UntilAsync(() => _store.Problem is null);
        Assert.Equal("1", Get("a"));
        await FlushedAsync(Put("c", "3"));
        Assert.Equal("3", Get("c"));
        Assert.True(Durable("b").IsCompletedSuccessfully);
    }

    [Fact]
    public async Task A_cursor_shows_the_store_as_it_was_when_it_was_opened()
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
    public async Task A_store_that_was_disposed_of_refuses_calls_and_lets_an_open_cursor_finish()
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
        await commit.AsTask().WaitAsync(s_patience);
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
