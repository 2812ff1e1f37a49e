using LocalCloud.Objects.Storage;
using LocalCloud.Protocol;
using Xunit;

namespace LocalCloud.Tests.Objects;

[Fast]
public sealed class JournalTests
{
    [Fact]
    public async Task A_last_entry_torn_at_any_byte_is_truncated_and_the_others_remain()
    {
        using var store = await TemporaryStore.WithBucketAsync("lake");
        await store.Store.PutAsync("lake", "acknowledged", ObjectStoreTests.Bytes("kept"));
        var (complete, torn) = (0L, 0L);
        store.Restart(() => complete = new FileInfo(store.Journal).Length);
        await store.Store.PutAsync("lake", "last", ObjectStoreTests.Bytes("torn"));
        byte[] journal = [];
        store.Restart(() => torn = (journal = File.ReadAllBytes(store.Journal)).Length);
        Assert.True(torn > complete);

        for (var length = (int)complete; length < torn; length++)
        {
            store.Restart(() => File.WriteAllBytes(store.Journal, journal[..length]));
            Assert.Equal("kept", await store.ReadAsync("lake", "acknowledged"));
            Assert.Null(store.Store.OpenRead("lake", "last"));
            store.Restart(() =>
                File.WriteAllBytes(store.Journal, [.. journal[..length], .. new byte[torn - length + 1]])
            ); // the file grew, but its blocks were not written
            Assert.Null(store.Store.OpenRead("lake", "last"));
        }
    }

    [Fact]
    public async Task Damage_before_the_last_entry_is_reported_with_its_offset_and_the_rest_is_served()
    {
        using var store = await TemporaryStore.WithBucketAsync("lake");
        var (first, second) = (0L, 0L);
        store.Restart(() => first = new FileInfo(store.Journal).Length);
        await store.Store.PutAsync("lake", "one", ObjectStoreTests.Bytes("1"));
        store.Restart(() => second = new FileInfo(store.Journal).Length);
        await store.Store.PutAsync("lake", "two", ObjectStoreTests.Bytes("2"));
        byte[] journal = [];
        store.Restart(() => journal = File.ReadAllBytes(store.Journal));

        for (var at = first; at < second; at++)
        {
            byte[] damaged = [.. journal];
            damaged[at] ^= 0x10;
            store.Restart(() => File.WriteAllBytes(store.Journal, damaged));
            Assert.Equal("2", await store.ReadAsync("lake", "two"));
            Action[] unanswerable =
            [
                () => store.Store.OpenRead("lake", "one"),
                () => store.Store.List("lake", new ListQuery()),
                () => store.Store.ListBuckets(),
            ];
            foreach (var ask in unanswerable)
            {
                var error = Assert.Throws<AwsException>(ask);
                Assert.Equal("InternalError", error.Code);
                Assert.Contains($"bytes {first} to {second - 1}", error.Message);
            }
        }
        await store.Store.PutAsync("lake", "three", ObjectStoreTests.Bytes("3"));
        store.Restart();
        Assert.Equal("3", await store.ReadAsync("lake", "three"));

        store.Restart(() => File.WriteAllBytes(store.Journal, journal)); // from a backup
        Assert.Equal("1", await store.ReadAsync("lake", "one"));
    }

    [Fact]
    public async Task A_rewritten_journal_has_the_same_objects_and_accepts_more()
    {
        using var store = await TemporaryStore.WithBucketAsync("lake");
        await Task.WhenAll(
            Enumerable.Range(0, 50).Select(i => store.Store.PutAsync("lake", $"{i:00}", ObjectStoreTests.Bytes($"{i}")))
        );
        var catalog = new Catalog();
        var (before, after) = (0L, 0L);
        store.Restart(() =>
        {
            before = new FileInfo(store.Journal).Length;
            using var journal = Journal.Open(store.Journal, entry => catalog.Apply(entry, null));
            journal.Append([
                .. Enumerable
                    .Range(0, 40)
                    .Select(i => new JournalEntry.ObjectDeleted(1, ObjectStoreTests.Bytes($"{i:00}"))),
            ]);
            for (var i = 0; i < 40; i++)
                catalog.Apply(new JournalEntry.ObjectDeleted(1, ObjectStoreTests.Bytes($"{i:00}")), null);
            journal.Rewrite(catalog.Snapshot());
            after = journal.Length;
            journal.Append([new JournalEntry.ObjectDeleted(1, ObjectStoreTests.Bytes("40"))]);
            Assert.Equal(1, journal.EntryCount);
        });

        Assert.True(after < before);
        Assert.Equal(
            Enumerable.Range(41, 9).Select(i => $"{i:00}"),
            store
                .Store.List("lake", new ListQuery())
                .Objects.Select(entry => System.Text.Encoding.UTF8.GetString(entry.Key))
        );
        Assert.Equal("45", await store.ReadAsync("lake", "45"));
    }

    [Fact]
    public async Task A_stop_sorts_a_journal_with_many_new_entries()
    {
        using var store = await TemporaryStore.WithBucketAsync("lake");
        store.Restart(() =>
        {
            using var journal = Journal.Open(store.Journal, _ => { });
            for (var from = 12_000; from > 0; from -= 1_000) // as puts of unsorted keys leave it
                journal.Append([.. Enumerable.Range(from, 1_000).Select(i => Put($"{i:00000}"))]);
        });
        Assert.Equal(12_000, Keys(store).Length);
        await store.Store.PutAsync("lake", "11111", ObjectStoreTests.Bytes("new"));
        var keys = Keys(store);

        store.Restart(() =>
        {
            var read = new List<JournalEntry>();
            using var journal = Journal.Open(store.Journal, read.Add);
            Assert.Equal(0, journal.EntryCount);
            Assert.Equal(
                keys,
                read.OfType<JournalEntry.ObjectPut>().Select(put => System.Text.Encoding.UTF8.GetString(put.Entry.Key))
            );
        });
        Assert.Equal(keys, Keys(store));
        Assert.Equal("new", await store.ReadAsync("lake", "11111"));

        static JournalEntry.ObjectPut Put(string key) =>
            new(
                1,
                new ObjectEntry
                {
                    Key = ObjectStoreTests.Bytes(key),
                    FileId = 1,
                    Size = 1,
                    LastModified = DateTimeOffset.UnixEpoch,
                    Md5 = 1,
                }
            );

        static string[] Keys(TemporaryStore store) =>
            [
                .. Enumerable
                    .Range(0, 13)
                    .SelectMany(i =>
                        store.Store.List("lake", new ListQuery { Prefix = ObjectStoreTests.Bytes($"{i:00}") }).Objects
                    )
                    .Select(entry => System.Text.Encoding.UTF8.GetString(entry.Key)),
            ];
    }

    [Fact]
    public async Task Unreferenced_files_are_deleted_after_a_start()
    {
        using var store = await TemporaryStore.WithBucketAsync("lake");
        await store.Store.PutAsync("lake", "kept", ObjectStoreTests.Bytes("kept"));
        var kept = Assert.Single(store.DataFiles());
        var orphan = Path.Combine(Path.GetDirectoryName(kept)!, "00000000ff");
        store.Restart(() => File.Copy(kept, orphan));

        await Wait.UntilAsync(() => !File.Exists(orphan));
        Assert.Equal("kept", await store.ReadAsync("lake", "kept"));
    }
}
