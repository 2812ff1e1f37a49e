using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using LocalCloud.Protocol;

namespace LocalCloud.Streams;

/// <summary>Adds, removes and lists tags, through the operations for streams and those for any resource.</summary>
internal sealed partial class TagOperations(StreamStore streams)
{
    // AddTagsToStream: "Each data stream can have up to 50 tags."
    private const int MaxTags = 50;
    private const int MaxTagsPerCall = 200;
    private const int MaxKeyLength = 128;
    private const int MaxValueLength = 256;

    /// <summary>Checks AWS's rules for tags, which are the same for every call.</summary>
    public static Constraints Check(Constraints constraints, IReadOnlyDictionary<string, string?>? tags)
    {
        constraints.Check(
            tags is null || tags.Count <= MaxTagsPerCall,
            $"{tags?.Count} tags",
            "tags",
            $"Member must have length less than or equal to {MaxTagsPerCall}"
        );
        foreach (var (key, value) in tags ?? new Dictionary<string, string?>())
        {
            constraints
                .Length("tags.key", key, 1, MaxKeyLength)
                .Pattern("tags.key", key, TextPattern())
                .Required($"tags.{key}.member", value)
                .Length($"tags.{key}.member", value, 0, MaxValueLength)
                .Pattern($"tags.{key}.member", value, TextPattern())
                .Check(
                    !key.StartsWith("aws:", StringComparison.OrdinalIgnoreCase),
                    key,
                    "tags.key",
                    "Member must not begin with aws:"
                );
        }
        return constraints;
    }

    public async Task AddAsync(AddTagsToStreamRequest request)
    {
        Check(new Constraints().Required("tags", request.Tags), request.Tags)
            .Check(request.Tags is not { Count: 0 }, "{}", "tags", "Member must have length greater than or equal to 1")
            .Enforce();
        await AddAsync(StreamNames.Resolve(request.StreamName, request.StreamArn), request.Tags!);
    }

    public async Task RemoveAsync(RemoveTagsFromStreamRequest request)
    {
        CheckKeys(request.TagKeys);
        await RemoveAsync(StreamNames.Resolve(request.StreamName, request.StreamArn), request.TagKeys!);
    }

    public void List(ListTagsForStreamRequest request, Utf8JsonWriter response)
    {
        new Constraints()
            .Range("limit", request.Limit, 1, MaxTags)
            .Length("exclusiveStartTagKey", request.ExclusiveStartTagKey, 1, MaxKeyLength)
            .Enforce();
        var tags = streams
            .Get(StreamNames.Resolve(request.StreamName, request.StreamArn))
            .State.Tags.Where(tag => string.CompareOrdinal(tag.Key, request.ExclusiveStartTagKey) > 0);
        var limit = request.Limit ?? MaxTags;
        Write(response, tags, limit, withMore: true);
    }

    public async Task TagResourceAsync(ResourceTagsRequest request)
    {
        Check(
                new Constraints().Required("resourceARN", request.ResourceArn).Required("tags", request.Tags),
                request.Tags
            )
            .Enforce();
        await AddAsync(StreamNames.Resolve(null, request.ResourceArn), request.Tags!);
    }

    public async Task UntagResourceAsync(ResourceTagsRequest request)
    {
        new Constraints().Required("resourceARN", request.ResourceArn).Enforce();
        CheckKeys(request.TagKeys);
        await RemoveAsync(StreamNames.Resolve(null, request.ResourceArn), request.TagKeys!);
    }

    public void ListForResource(ResourceTagsRequest request, Utf8JsonWriter response)
    {
        new Constraints().Required("resourceARN", request.ResourceArn).Enforce();
        Write(
            response,
            streams.Get(StreamNames.Resolve(null, request.ResourceArn)).State.Tags,
            MaxTags,
            withMore: false
        );
    }

    private Task AddAsync(string stream, IReadOnlyDictionary<string, string?> tags) =>
        streams
            .Get(stream)
            .ChangeAsync(
                (state, _) =>
                {
                    var changed = new Dictionary<string, string>(state.Tags);
                    foreach (var (key, value) in tags)
                        changed[key] = value!;
                    return changed.Count <= MaxTags
                        ? state with
                        {
                            Tags = changed,
                        }
                        : throw new AwsException(
                            "InvalidArgumentException",
                            string.Create(
                                CultureInfo.InvariantCulture,
                                $"Failed to add tags to stream {stream} because a given stream cannot have "
                                    + $"more than {MaxTags} tags associated with it."
                            )
                        );
                }
            );

    private Task RemoveAsync(string stream, IReadOnlyList<string?> keys) =>
        streams
            .Get(stream)
            .ChangeAsync(
                (state, _) => state with { Tags = state.Tags.Where(tag => !keys.Contains(tag.Key)).ToDictionary() }
            );

    private static void CheckKeys(IReadOnlyList<string?>? keys)
    {
        var constraints = new Constraints()
            .Required("tagKeys", keys)
            .Check(
                keys is null or { Count: >= 1 },
                "[]",
                "tagKeys",
                "Member must have length greater than or equal to 1"
            )
            .Check(
                keys is null or { Count: <= MaxTags },
                $"{keys?.Count} keys",
                "tagKeys",
                $"Member must have length less than or equal to {MaxTags}"
            );
        foreach (var key in keys ?? [])
            constraints.Required("tagKeys.member", key).Length("tagKeys.member", key, 1, MaxKeyLength);
        constraints.Enforce();
    }

    private static void Write(
        Utf8JsonWriter response,
        IEnumerable<KeyValuePair<string, string>> tags,
        int limit,
        bool withMore
    )
    {
        var page = tags.OrderBy(tag => tag.Key, StringComparer.Ordinal).Take(limit + 1).ToList();
        response.WriteStartObject();
        response.WriteStartArray("Tags"u8);
        foreach (var (key, value) in page.Take(limit))
        {
            response.WriteStartObject();
            response.WriteString("Key"u8, key);
            response.WriteString("Value"u8, value);
            response.WriteEndObject();
        }
        response.WriteEndArray();
        if (withMore)
            response.WriteBoolean("HasMoreTags"u8, page.Count > limit);
        response.WriteEndObject();
    }

    // "Valid characters: Unicode letters, digits, white space, _ . / = + - % @ :" (Tag)
    [GeneratedRegex(@"^[\p{L}\p{Z}\p{N}_.:/=+\-@%]*\z")]
    private static partial Regex TextPattern();
}
