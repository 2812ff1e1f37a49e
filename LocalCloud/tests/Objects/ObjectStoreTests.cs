using System.Text;
using LocalCloud.Objects.Storage;
using LocalCloud.Protocol;
using Xunit;

namespace LocalCloud.Tests.Objects;

[Fast]
public sealed class ObjectStoreTests
{
    [Fact]
    public async Task Objects_with_their_attributes_survive_a_restart()
    {
        using var store = await TemporaryStore.WithBucketAsync("lake");
        var attributes = new ObjectAttributes
        {
            Headers = new Dictionary<string, string> { ["content-type"] = "text/plain" },
            Metadata = new Dictionary<string, string> { ["source"] = "till 7" },
        };
        await store.Store.PutAsync("lake", "a/b", Bytes("first"), attributes);
        await store.Store.PutAsync("lake", "a/c", Bytes("gone"));
        await store.Store.DeleteAsync("lake", "a/c", CancellationToken.None);
        await store.Store.PutAsync("lake", "a/b", Bytes("second"), attributes);
        store.Restart();

        using var reader = store.Store.OpenRead("lake", "a/b")!;
        Assert.Equal("second", await store.ReadAsync("lake", "a/b"));
        Assert.Equal("text/plain", reader.Attributes.Headers["content-type"]);
        Assert.Equal("till 7", reader.Attributes.Metadata["source"]);
        Assert.Null(store.Store.OpenRead("lake", "a/c"));
    }

    [Fact]
    public async Task Exactly_one_of_two_creates_of_a_key_succeeds()
    {
        using var store = await TemporaryStore.WithBucketAsync("lake");
        for (var round = 0; round < 20; round++)
        {
            var key = $"manifest {round}";
            var puts = Enumerable
                .Range(0, 8)
                .Select(i =>
                    Task.Run(() =>
                        store.Store.PutAsync(
                            "lake",
                            key,
                            Bytes($"{i}"),
                            condition: new WriteCondition(MustBeAbsent: true)
                        )
                    )
                )
                .ToArray();
            await Task.WhenAll(puts).ContinueWith(_ => { }, TaskScheduler.Default);

            var winner = Assert.Single(Enumerable.Range(0, 8), i => puts[i].IsCompletedSuccessfully);
            Assert.All(puts.Where(put => put.IsFaulted), put =>
                Assert.Equal("PreconditionFailed", Assert.IsType<AwsException>(put.Exception!.InnerException).Code)
            );
            Assert.Equal($"{winner}", await store.ReadAsync("lake", key));
        }
        Assert.Single(store.DataFiles());
    }

    [Fact]
    public async Task A_reader_keeps_its_version_when_the_object_is_replaced()
    {
        using var store = await TemporaryStore.WithBucketAsync("lake");
        await store.Store.PutAsync("lake", "k", Bytes("old"));
        using var reader = store.Store.OpenRead("lake", "k")!;
        await store.Store.PutAsync("lake", "k", Bytes("newer"));

        using var content = new MemoryStream();
        await reader.CopyToAsync(content, CancellationToken.None);
        Assert.Equal("old", Encoding.UTF8.GetString(content.ToArray()));
        Assert.Equal("newer", await store.ReadAsync("lake", "k"));
    }

    [Theory]
    [InlineData("../../escape")]
    [InlineData("/")]
    [InlineData("a//b/./..")]
    [InlineData("CON")]
    [InlineData("nul\0in it")]
    [InlineData("\u0001\uFFFF ü 😀 \\ : * ? | \" < >")]
    public async Task Any_key_is_stored_inside_the_folder(string key)
    {
        using var store = await TemporaryStore.WithBucketAsync("lake");
        await store.Store.PutAsync("lake", key, Bytes("it"));
        await store.Store.PutAsync("lake", key.ToUpperInvariant() + key.ToLowerInvariant(), Bytes("other"));
        store.Restart();

        Assert.Equal("it", await store.ReadAsync("lake", key));
        Assert.All(store.DataFiles(), file => Assert.Matches("^[0-9a-f]{10}$", Path.GetFileName(file)));
        Assert.Single(store.DataFiles());
    }

    [Fact]
    public async Task Keys_are_case_sensitive()
    {
        using var store = await TemporaryStore.WithBucketAsync("lake");
        await store.Store.PutAsync("lake", "Key", Bytes("upper"));
        await store.Store.PutAsync("lake", "key", Bytes("lower"));
        Assert.Equal(("upper", "lower"), (await store.ReadAsync("lake", "Key"), await store.ReadAsync("lake", "key")));
    }

    [Fact]
    public async Task A_second_store_cannot_open_the_same_folder()
    {
        using var store = await TemporaryStore.WithBucketAsync("lake");
        Assert.Throws<IOException>(() =>
            new ObjectStore(
                store.Folder,
                TimeProvider.System,
                Microsoft.Extensions.Logging.Abstractions.NullLogger<ObjectStore>.Instance
            )
        );
    }

    internal static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
