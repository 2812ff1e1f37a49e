using System.Text;
using CsCheck;
using LocalCloud.Objects.Storage;
using LocalCloud.Protocol;
using Xunit;

namespace LocalCloud.Tests.Objects;

/// <summary>
/// The store against a dictionary: whatever is done to both in whatever order, they hold the same and refuse the same.
/// </summary>
[Fast]
public sealed class ObjectModelTests
{
    private static readonly string[] s_keys = ["a", "a/b", "a/c", "b", "ключ"];

    /// <summary>What is done, with numbers that choose key, content and condition.</summary>
    private enum Act
    {
        Put,
        PutIfAbsent,
        PutIfMatch,
        Delete,
        DeleteIfMatch,
        Copy,
        StartUpload,
        PutPart,
        Complete,
        Abort,
        Restart,
        List,
    }

    private static readonly Gen<(Act Act, int Key, int Other, int Content)[]> s_story = Gen.Select(
        Gen.Enum<Act>(),
        Gen.Int[0, s_keys.Length - 1],
        Gen.Int[0, s_keys.Length - 1],
        Gen.Int[0, 5]
    ).Array[1, 60];

    [Fact]
    public void Any_story_of_writes_conditions_uploads_copies_and_restarts_ends_as_in_a_dictionary() =>
        s_story.Sample(
            story => RunAsync(story).GetAwaiter().GetResult(),
            iter: 60,
            threads: 1,
            print: story => string.Join("; ", story)
        );

    /// <summary>
    /// Of writers that each expect the version which they have read, one wins each round: none is lost, none doubled.
    /// </summary>
    [Fact]
    public async Task Concurrent_conditional_writes_count_exactly()
    {
        using var store = await TemporaryStore.WithBucketAsync("lake");
        await store.Store.PutAsync("lake", "counter", Encoding.ASCII.GetBytes("0"));
        await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(_ =>
                    Task.Run(async () =>
                    {
                        for (var done = 0; done < 25; )
                        {
                            string value,
                                etag;
                            using (var reader = store.Store.OpenRead("lake", "counter")!)
                            {
                                using var content = new MemoryStream();
                                await reader.CopyToAsync(content, CancellationToken.None);
                                (value, etag) = (Encoding.ASCII.GetString(content.ToArray()), reader.Entry.ETag);
                            }
                            try
                            {
                                await store.Store.PutAsync(
                                    "lake",
                                    "counter",
                                    Encoding.ASCII.GetBytes(
                                        $"{int.Parse(value, System.Globalization.CultureInfo.InvariantCulture) + 1}"
                                    ),
                                    condition: new WriteCondition(ETag: etag)
                                );
                                done++;
                            }
                            catch (AwsException error) when (error.Code == "PreconditionFailed") { }
                        }
                    })
                )
        );
        Assert.Equal("200", await store.ReadAsync("lake", "counter"));
        store.Restart();
        Assert.Equal("200", await store.ReadAsync("lake", "counter"));
        await Wait.UntilAsync(() => store.DataFiles().Count() == 1);
    }

    private static async Task RunAsync((Act Act, int Key, int Other, int Content)[] story)
    {
        using var store = await TemporaryStore.WithBucketAsync("lake");
        var model = new SortedDictionary<string, string>(StringComparer.Ordinal); // UTF-8's order too, for these keys
        var uploads =
            new List<(
                string Id,
                string Key,
                SortedDictionary<int, UploadPart> Parts,
                SortedDictionary<int, string> Contents
            )>();
        foreach (var (act, keyNumber, other, number) in story)
        {
            var (key, content) = (s_keys[keyNumber], $"content {number}");
            var current = model.GetValueOrDefault(key);
            var multipart = new MultipartUploads(store.Store, TimeProvider.System);
            switch (act)
            {
                case Act.Put:
                    await store.Store.PutAsync("lake", key, Encoding.UTF8.GetBytes(content));
                    model[key] = content;
                    break;
                case Act.PutIfAbsent:
                    if (
                        await DoneAsync(
                            () =>
                                store.Store.PutAsync(
                                    "lake",
                                    key,
                                    Encoding.UTF8.GetBytes(content),
                                    condition: new WriteCondition(MustBeAbsent: true)
                                ),
                            current is null ? null : "PreconditionFailed"
                        )
                    )
                        model[key] = content;
                    break;
                case Act.PutIfMatch:
                    if (
                        await DoneAsync(
                            () =>
                                store.Store.PutAsync(
                                    "lake",
                                    key,
                                    Encoding.UTF8.GetBytes(content),
                                    condition: new WriteCondition(ETag: ETag(s_keys[other], model))
                                ),
                            Expected(current, ETag(s_keys[other], model), store, key)
                        )
                    )
                        model[key] = content;
                    break;
                case Act.Delete:
                    Assert.Equal(
                        current is not null,
                        await store.Store.DeleteAsync("lake", key, CancellationToken.None)
                    );
                    model.Remove(key);
                    break;
                case Act.DeleteIfMatch:
                    if (
                        await DoneAsync(
                            () =>
                                store.Store.DeleteAsync(
                                    "lake",
                                    ObjectStore.Key(key),
                                    new WriteCondition(ETag: ETag(s_keys[other], model)),
                                    CancellationToken.None
                                ),
                            Expected(current, ETag(s_keys[other], model), store, key)
                        )
                    )
                        model.Remove(key);
                    break;
                case Act.Copy when model.ContainsKey(s_keys[other]):
                    using (var reader = store.Store.OpenRead("lake", s_keys[other])!)
                    {
                        using var staged = store.Store.Stage();
                        await foreach (var chunk in reader.ReadAsync(0, reader.Entry.Size, CancellationToken.None))
                            await staged.WriteAsync(chunk, CancellationToken.None);
                        await store.Store.PutAsync(
                            "lake",
                            ObjectStore.Key(key),
                            staged,
                            ObjectAttributes.None,
                            null,
                            CancellationToken.None
                        );
                    }
                    model[key] = model[s_keys[other]];
                    break;
                case Act.StartUpload:
                    uploads.Add(
                        (
                            await multipart.StartAsync(
                                "lake",
                                ObjectStore.Key(key),
                                ObjectAttributes.None,
                                CancellationToken.None
                            ),
                            key,
                            [],
                            []
                        )
                    );
                    break;
                case Act.PutPart when uploads.Count > 0:
                    var (id, target, parts, contents) = uploads[other % uploads.Count];
                    using (var staged = multipart.Stage())
                    {
                        await staged.WriteAsync(Encoding.UTF8.GetBytes(content), CancellationToken.None);
                        parts[1] = await multipart.PutPartAsync(
                            "lake",
                            ObjectStore.Key(target),
                            id,
                            1,
                            staged,
                            null,
                            CancellationToken.None
                        );
                        contents[1] = content;
                    }
                    break;
                case Act.Complete when uploads.Count > 0 && uploads[other % uploads.Count].Parts.Count > 0:
                    var complete = uploads[other % uploads.Count];
                    await multipart.CompleteAsync(
                        "lake",
                        ObjectStore.Key(complete.Key),
                        complete.Id,
                        [.. complete.Parts.Values.Select(part => new CompletedPart(part.Number, part.ETag, null))],
                        new ExpectedObject(null, null),
                        null,
                        CancellationToken.None
                    );
                    model[complete.Key] = string.Concat(complete.Contents.Values);
                    uploads.Remove(complete);
                    break;
                case Act.Abort when uploads.Count > 0:
                    var abort = uploads[other % uploads.Count];
                    await multipart.AbortAsync("lake", ObjectStore.Key(abort.Key), abort.Id, CancellationToken.None);
                    uploads.Remove(abort);
                    break;
                case Act.Restart:
                    store.Restart();
                    break;
                case Act.List:
                    await AssertSameAsync(store, model);
                    break;
            }
        }
        store.Restart();
        await AssertSameAsync(store, model);
        Assert.Equal(
            uploads.Select(upload => upload.Id).Order(),
            new MultipartUploads(store.Store, TimeProvider.System).List("lake").Select(upload => upload.Id).Order()
        );

        static string ETag(string key, SortedDictionary<string, string> model) =>
            Convert.ToHexStringLower(Md5(Encoding.UTF8.GetBytes(model.GetValueOrDefault(key) ?? "nothing")));

        // The ETag of an object in parts is another than its content's MD5.
        static string? Expected(string? current, string etag, TemporaryStore store, string key) =>
            current is null ? "NoSuchKey"
            : store.Store.Find("lake", ObjectStore.Key(key))!.ETag == etag ? null
            : "PreconditionFailed";
    }

    private static async Task AssertSameAsync(TemporaryStore store, SortedDictionary<string, string> model)
    {
        Assert.Equal(
            model.Keys,
            store.Store.List("lake", new ListQuery()).Objects.Select(entry => Encoding.UTF8.GetString(entry.Key))
        );
        foreach (var (key, content) in model)
            Assert.Equal(content, await store.ReadAsync("lake", key));
    }

    /// <returns>Whether it was done.</returns>
    private static async Task<bool> DoneAsync(Func<Task> call, string? code)
    {
        try
        {
            await call();
            Assert.Null(code);
            return true;
        }
        catch (AwsException error)
        {
            Assert.Equal(code, error.Code);
            return false;
        }
    }

#pragma warning disable CA5351 // S3's ETag is MD5
    private static byte[] Md5(byte[] content) => System.Security.Cryptography.MD5.HashData(content);
#pragma warning restore CA5351
}
