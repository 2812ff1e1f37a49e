using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using LocalCloud.Objects.Storage;
using Xunit;

namespace LocalCloud.Tests.Objects;

/// <summary>Tests packs: files that small objects share.</summary>
[Fast]
public sealed class PackTests
{
    [Fact]
    public async Task Small_objects_share_a_file_and_large_ones_have_their_own()
    {
        using var store = await TemporaryStore.WithBucketAsync("lake");
        int[] sizes = [0, 1, 1000, Pack.MaxContentBytes, Pack.MaxContentBytes + 1];
        var contents = sizes.Select(RandomNumberGenerator.GetBytes).ToArray();
        var attributes = new ObjectAttributes { Metadata = new Dictionary<string, string> { ["till"] = "7" } };
        await Task.WhenAll(contents.Select((content, i) => store.Store.PutAsync("lake", $"{i}", content, attributes)));
        Assert.Equal(2, store.DataFiles().Count());
        for (var round = 0; round < 2; round++)
        {
            for (var i = 0; i < sizes.Length; i++)
            {
                using var reader = store.Store.OpenRead("lake", $"{i}")!;
                Assert.Equal("7", reader.Attributes.Metadata["till"]);
                Assert.Equal(contents[i], await ReadAsync(store, $"{i}"));
            }
            store.Restart();
        }
    }

    [Fact]
    public async Task Damage_is_reported_with_file_and_offset_and_neighbours_are_served()
    {
        using var store = await TemporaryStore.WithBucketAsync("lake");
        foreach (var key in (string[])["one", "two", "three"])
            await store.Store.PutAsync("lake", key, Encoding.ASCII.GetBytes($"content of {key}"));
        var pack = Assert.Single(store.DataFiles());
        var bytes = File.ReadAllBytes(pack);
        var at = bytes.AsSpan().IndexOf("content of two"u8);
        foreach (
            var (changed, expected) in ((int, string)[])[(at, $"from byte {at}."), (at + 25, "attributes before byte")]
        )
        {
            byte[] damaged = [.. bytes];
            damaged[changed] ^= 1;
            store.Restart(() => File.WriteAllBytes(pack, damaged));
            var error = await Assert.ThrowsAsync<InvalidDataException>(() => store.ReadAsync("lake", "two"));
            Assert.Contains(Path.GetFileName(pack), error.Message);
            Assert.Contains(expected, error.Message);
            Assert.Equal(
                ("content of one", "content of three"),
                (await store.ReadAsync("lake", "one"), await store.ReadAsync("lake", "three"))
            );
        }
    }

    [Fact]
    public async Task Replaced_objects_use_no_more_space_than_the_current_pack()
    {
        using var store = await TemporaryStore.WithBucketAsync("lake");
        await Task.WhenAll(
            Enumerable
                .Range(0, 10)
                .Select(key =>
                    Task.Run(async () =>
                    {
                        for (var version = 0; version < 220; version++)
                            await store.Store.PutAsync("lake", $"{key}", Content(key, version));
                    })
                )
        );
        await Wait.UntilAsync(() => store.DataFiles().Count() == 1);
        for (var key = 0; key < 10; key++)
            Assert.Equal(Content(key, 219), await ReadAsync(store, $"{key}"));

        static byte[] Content(int key, int version)
        {
            var content = new byte[Pack.MaxContentBytes];
            new Random(1000 * key + version).NextBytes(content);
            return content;
        }
    }

    [Fact]
    public async Task Compaction_deletes_a_sparse_pack_and_moves_its_live_objects()
    {
        using var store = await WithSparsePackAsync();
        var sparse = store.DataFiles().Order(StringComparer.Ordinal).First();
        using var earlier = store.Store.OpenRead("lake", "03")!;
        store.Restart();
        await Wait.UntilAsync(() => !File.Exists(sparse));
        for (var round = 0; round < 2; round++)
        {
            Assert.Equal(["00", "01", "02", "03", "04", "later"], Keys(store));
            foreach (var key in Keys(store))
                Assert.Equal($"content of {key}", await store.ReadAsync("lake", key));
            store.Restart();
        }
        using var content = new MemoryStream();
        await earlier.CopyToAsync(content, CancellationToken.None);
        Assert.Equal("content of 03", Encoding.UTF8.GetString(content.ToArray()));
    }

    [Fact]
    public async Task Writes_and_deletes_during_compaction_are_kept()
    {
        for (var round = 0; round < 5; round++)
        {
            using var store = await WithSparsePackAsync();
            var sparse = store.DataFiles().Order(StringComparer.Ordinal).First();
            store.Restart();
            await Task.WhenAll(
                store.Store.PutAsync("lake", "00", Encoding.ASCII.GetBytes("new")),
                store.Store.DeleteAsync("lake", "01", CancellationToken.None),
                store.Store.PutAsync("lake", "02", RandomNumberGenerator.GetBytes(Pack.MaxContentBytes + 1))
            );
            await Wait.UntilAsync(() => !File.Exists(sparse));
            for (var restart = 0; restart < 2; restart++)
            {
                Assert.Equal(["00", "02", "03", "04", "later"], Keys(store));
                Assert.Equal(
                    ("new", "content of 03", "content of 04"),
                    (
                        await store.ReadAsync("lake", "00"),
                        await store.ReadAsync("lake", "03"),
                        await store.ReadAsync("lake", "04")
                    )
                );
                Assert.Equal(Pack.MaxContentBytes + 1, (await ReadAsync(store, "02")).Length);
                store.Restart();
            }
        }
    }

    /// <summary>Creates a pack of twenty objects, of which five remain, and another pack.</summary>
    private static async Task<TemporaryStore> WithSparsePackAsync()
    {
        var store = await TemporaryStore.WithBucketAsync("lake");
        string[] keys = [.. Enumerable.Range(0, 20).Select(i => i.ToString("00", CultureInfo.InvariantCulture))];
        foreach (var key in keys)
            await store.Store.PutAsync("lake", key, Encoding.ASCII.GetBytes($"content of {key}"));
        store.Restart();
        await store.Store.PutAsync("lake", "later", "content of later"u8.ToArray());
        await store.Store.DeleteAsync("lake", [.. keys[5..].Select(ObjectStore.Key)], CancellationToken.None);
        Assert.Equal(2, store.DataFiles().Count());
        return store;
    }

    private static string[] Keys(TemporaryStore store) =>
        [.. store.Store.List("lake", new ListQuery()).Objects.Select(entry => Encoding.UTF8.GetString(entry.Key))];

    private static async Task<byte[]> ReadAsync(TemporaryStore store, string key)
    {
        using var reader = store.Store.OpenRead("lake", key)!;
        using var content = new MemoryStream();
        await reader.CopyToAsync(content, CancellationToken.None);
        return content.ToArray();
    }
}
