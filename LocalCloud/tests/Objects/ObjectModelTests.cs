using System.Text;
using CsCheck;
using LocalCloud.Objects.Storage;
using LocalCloud.Protocol;
using Xunit;

namespace LocalCloud.Tests.Objects;

/// <summary>
/// Compares the store with a dictionary: after any operations, both have the same objects and reject the same calls.
/// </summary>
[Fast]
public sealed class ObjectModelTests
{
    private static readonly string[] s_keys = ["a", "a/b", "a/c", "b", "ключ"];

    /// <summary>The operations; numbers select the key, the content and the condition.</summary>
    private enum Operation
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

    private static readonly Gen<(Operation Operation, int Key, int Other, int Content)[]> s_operations = Gen.Select(
        Gen.Enum<Operation>(),
        Gen.Int[0, s_keys.Length - 1],
        Gen.Int[0, s_keys.Length - 1],
        Gen.Int[0, 5]
    ).Array[1, 60];

    [Fact]
    public void Random_operations_and_restarts_match_a_dictionary() =>
        s_operations.Sample(
            operations => RunAsync(operations).GetAwaiter().GetResult(),
            iter: 60,
            threads: 1,
            print: operations => string.Join("; ", operations)
        );

    /// <summary>
    /// Several writers increment an object on the condition that it is unchanged: no increment is lost or duplicated.
    /// </summary>
    [Fact]
    public async Task Concurrent_conditional_increments_are_all_counted()
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

    private static async Task RunAsync((Operation Operation, int Key, int Other, int Content)[] operations)
    {
        using var store = await TemporaryStore.WithBucketAsync("lake");
        // For these keys, ordinal order is also the order of UTF-8.
        var model = new SortedDictionary<string, string>(StringComparer.Ordinal);
        var uploads =
            new List<(
                string Id,
                string Key,
                SortedDictionary<int, UploadPart> Parts,
                SortedDictionary<int, string> Contents
            )>();
        foreach (var (operation, keyNumber, other, number) in operations)
        {
            var (key, content) = (s_keys[keyNumber], $"content {number}");
            var current = model.GetValueOrDefault(key);
            var multipart = new MultipartUploads(store.Store, TimeProvider.System);
            switch (operation)
            {
                case Operation.Put:
                    await store.Store.PutAsync("lake", key, Encoding.UTF8.GetBytes(content));
                    model[key] = content;
                    break;
                case Operation.PutIfAbsent:
                    if (
                        await SucceedsAsync(
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
                case Operation.PutIfMatch:
                    if (
                        await SucceedsAsync(
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
                case Operation.Delete:
                    Assert.Equal(
                        current is not null,
                        await store.Store.DeleteAsync("lake", key, CancellationToken.None)
                    );
                    model.Remove(key);
                    break;
                case Operation.DeleteIfMatch:
                    if (
                        await SucceedsAsync(
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
                case Operation.Copy when model.ContainsKey(s_keys[other]):
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
                case Operation.StartUpload:
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
                case Operation.PutPart when uploads.Count > 0:
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
                case Operation.Complete when uploads.Count > 0 && uploads[other % uploads.Count].Parts.Count > 0:
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
                case Operation.Abort when uploads.Count > 0:
                    var abort = uploads[other % uploads.Count];
                    await multipart.AbortAsync("lake", ObjectStore.Key(abort.Key), abort.Id, CancellationToken.None);
                    uploads.Remove(abort);
                    break;
                case Operation.Restart:
                    store.Restart();
                    break;
                case Operation.List:
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

        // The ETag of a multipart object is not the MD5 of its content.
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

    /// <returns>True if the call succeeded.</returns>
    private static async Task<bool> SucceedsAsync(Func<Task> call, string? code)
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
