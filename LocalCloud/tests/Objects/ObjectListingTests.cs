using System.Text;
using CsCheck;
using LocalCloud.Objects.Storage;
using Xunit;

namespace LocalCloud.Tests.Objects;

[Fast]
public sealed class ObjectListingTests
{
    // Few letters, so that prefixes and delimiters occur; 'ｚ' and '😀' sort differently in UTF-16 and UTF-8.
    private static readonly Gen<string> s_text = OneOf("a", "b", "/", "-", "ｚ", "😀")
        .Array[0, 5]
        .Select(string.Concat);

    [Fact]
    public void Pages_list_the_same_keys_as_a_sorted_set() =>
        Gen.Select(
                Gen.Select(s_text.Where(key => key.Length > 0), Gen.Bool).Array[0, 200],
                s_text,
                OneOf("", "/", "a", "-b", "😀"),
                s_text,
                Gen.Int[1, 20]
            )
            .Sample(
                (changes, prefix, delimiter, startAfter, pageSize) =>
                {
                    var entries = new SortedEntries();
                    var model = new SortedSet<string>(s_utf8Order);
                    foreach (var (key, remove) in changes)
                    {
                        if (remove && model.Remove(key))
                            Assert.NotNull(entries.Remove(Bytes(key)));
                        else if (model.Add(key))
                            Assert.Null(entries.Set(Entry(key)));
                        else
                            Assert.NotNull(entries.Set(Entry(key)));
                    }
                    Assert.Equal(model.Count, entries.Count);
                    Assert.Equal(
                        Expected(model, prefix, delimiter, startAfter),
                        Listed(entries, prefix, delimiter, startAfter, pageSize)
                    );
                },
                iter: 5_000
            );

    [Fact]
    public void Many_blocks_stay_sorted_during_inserts_and_removals()
    {
        var random = new Random(7);
        var entries = new SortedEntries();
        var model = new SortedSet<string>(s_utf8Order);
        for (var i = 0; i < 50_000; i++)
        {
            var key = $"{random.Next(20_000)}";
            if (random.Next(3) == 0)
                Assert.Equal(model.Remove(key), entries.Remove(Bytes(key)) is not null);
            else
                Assert.Equal(model.Add(key), entries.Set(Entry(key)) is null);
        }
        Assert.Equal(model, entries.From([]).Select(entry => Encoding.UTF8.GetString(entry.Key)));
        Assert.Equal(
            model.GetViewBetween("5", "6"),
            entries
                .From(Bytes("5"))
                .Select(entry => Encoding.UTF8.GetString(entry.Key))
                .TakeWhile(key => s_utf8Order.Compare(key, "6") <= 0)
        );
    }

    private static Gen<string> OneOf(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(i => texts[i]);

    private static List<string> Expected(SortedSet<string> keys, string prefix, string delimiter, string startAfter)
    {
        var expected = new List<string>();
        foreach (
            var key in keys.Where(key =>
                key.StartsWith(prefix, StringComparison.Ordinal) && s_utf8Order.Compare(key, startAfter) > 0
            )
        )
        {
            var at = delimiter.Length == 0 ? -1 : key.IndexOf(delimiter, prefix.Length, StringComparison.Ordinal);
            var item = at < 0 ? "key " + key : "prefix " + key[..(at + delimiter.Length)];
            if (expected.Count == 0 || expected[^1] != item)
                expected.Add(item);
        }
        return expected;
    }

    private static List<string> Listed(
        SortedEntries entries,
        string prefix,
        string delimiter,
        string startAfter,
        int pageSize
    )
    {
        var listed = new List<string>();
        byte[]? from = startAfter.Length == 0 ? [] : ListQuery.GetKeyAfter(Bytes(startAfter));
        while (from is not null)
        {
            var page = ListPage.Create(
                entries,
                new ListQuery
                {
                    Prefix = Bytes(prefix),
                    Delimiter = Bytes(delimiter),
                    From = from,
                    MaxKeys = pageSize,
                }
            );
            var items = page
                .Objects.Select(entry => (entry.Key, Text: "key " + Encoding.UTF8.GetString(entry.Key)))
                .Concat(page.CommonPrefixes.Select(key => (Key: key, Text: "prefix " + Encoding.UTF8.GetString(key))))
                .OrderBy(item => Encoding.UTF8.GetString(item.Key), s_utf8Order)
                .ToList();
            Assert.True(items.Count == pageSize || page.Next is null);
            listed.AddRange(items.Select(item => item.Text));
            from = page.Next;
        }
        return listed;
    }

    private static readonly Comparer<string> s_utf8Order = Comparer<string>.Create(
        (a, b) => Bytes(a).AsSpan().SequenceCompareTo(Bytes(b))
    );

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static ObjectEntry Entry(string key) =>
        new()
        {
            Key = Bytes(key),
            FileId = 1,
            Size = 0,
            LastModified = default,
            Md5 = default,
        };
}
