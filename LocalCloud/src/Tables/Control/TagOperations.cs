using System.Text.Json;
using System.Text.RegularExpressions;
using LocalCloud.Protocol;
using LocalCloud.Tables.Definitions;
using LocalCloud.Tables.Requests;
using Microsoft.Extensions.Options;

namespace LocalCloud.Tables.Control;

/// <summary>Implements TagResource and UntagResource, whose responses are empty, and ListTagsOfResource.</summary>
internal sealed partial class TagOperations(TableCatalog tables, IOptions<LocalCloudOptions> options)
{
    private const int MaxTags = 50;
    private const int MaxKey = 128;
    private const int MaxValue = 256;

    public async Task TagAsync(RequestObject json)
    {
        var arn = json.String("ResourceArn");
        var tags = json.Objects("Tags", "Tag")?.ConvertAll(tag => (tag.String("Key"), tag.String("Value")));
        RequireArn(arn, "TagResource");
        if (tags is null)
            new Constraints().Required("tags", null).Enforce();
        var name = TableOf(arn!);
        if (tags!.Count == 0)
            throw TableErrors.Validation("Atleast one Tag needs to be provided as Input.");
        var added = Read(tags);
        RequireTable(name, $"ResourcArn: {arn} not found");
        await tables.ChangeAsync(name, table =>
        {
            var all = table.Definition.Tags.ToDictionary(StringComparer.Ordinal);
            foreach (var (key, value) in added)
                all[key] = value;
            return all.Count <= MaxTags
                ? table.Definition with
                {
                    Tags = all,
                }
                : throw TableErrors.Validation(
                    $"One or more parameter values were invalid: Too many tags: at most {MaxTags}"
                );
        });
    }

    public async Task UntagAsync(RequestObject json)
    {
        var arn = json.String("ResourceArn");
        var keys = json.Strings("TagKeys");
        RequireArn(arn, "UntagResource");
        if (keys is null)
            new Constraints().Required("tagKeys", null).Enforce();
        var name = TableOf(arn!);
        if (keys!.Count == 0)
            throw TableErrors.Validation("Atleast one Tag Key needs to be provided as Input.");
        RequireTable(name, null);
        await tables.ChangeAsync(name, table =>
            table.Definition with
            {
                Tags = table.Definition.Tags.Where(tag => !keys.Contains(tag.Key)).ToDictionary(StringComparer.Ordinal),
            }
        );
    }

    public void List(RequestObject json, Utf8JsonWriter response)
    {
        var arn = json.String("ResourceArn");
        RequireArn(arn, "ListTagsOfResource");
        var table = RequireTable(TableOf(arn!), $"ResourcArn: {arn} not found");
        response.WriteStartObject();
        response.WriteStartArray("Tags"u8);
        foreach (var (key, value) in table.Definition.Tags.OrderBy(tag => tag.Key, StringComparer.Ordinal))
        {
            response.WriteStartObject();
            response.WriteString("Key"u8, key);
            response.WriteString("Value"u8, value);
            response.WriteEndObject();
        }
        response.WriteEndArray();
        response.WriteEndObject();
    }

    /// <summary>Checks tags and returns them by key.</summary>
    /// <exception cref="AwsException">ValidationException</exception>
    public static Dictionary<string, string> Read(List<(string? Key, string? Value)>? tags)
    {
        var read = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < tags?.Count; i++)
        {
            var (key, value) = tags[i];
            new Constraints()
                .Required($"tags.{i + 1}.member.key", key)
                .Length($"tags.{i + 1}.member.key", key, 1, MaxKey)
                .Required($"tags.{i + 1}.member.value", value)
                .Length($"tags.{i + 1}.member.value", value, 0, MaxValue)
                .Enforce();
            if (!read.TryAdd(key!, value!))
                throw TableErrors.Validation($"One or more parameter values were invalid: Duplicate tag key: {key}");
        }
        return read.Count <= MaxTags
            ? read
            : throw TableErrors.Validation(
                $"One or more parameter values were invalid: Too many tags: at most {MaxTags}"
            );
    }

    private void RequireArn(string? arn, string operation)
    {
        if (arn is null)
            throw TableErrors.Validation("Invalid TableArn");
        if (!AnyArn().IsMatch(arn))
            throw new AwsException(
                "AccessDeniedException",
                $"User: arn:aws:iam::{options.Value.AccountId}:localcloud is not authorized to perform: "
                    + $"dynamodb:{operation} on resource: {(arn.Length == 0 ? "*" : arn)}"
            );
    }

    private static string TableOf(string arn) =>
        TableResource().IsMatch(arn)
            ? arn[(arn.LastIndexOf('/') + 1)..]
            : throw TableErrors.Validation($"Invalid TableArn: Invalid ResourceArn provided as input {arn}");

    private Table RequireTable(string name, string? detail) =>
        tables.Find(name)
        ?? throw new AwsException(
            "ResourceNotFoundException",
            detail is null ? "Requested resource not found" : $"Requested resource not found: {detail}"
        );

    [GeneratedRegex("^.+:.+:.+:.+:.+:.+/.+$")]
    private static partial Regex AnyArn();

    [GeneratedRegex("^arn:aws:dynamodb:.+:\\d+:table/[^/]{2}[^/]+$")]
    private static partial Regex TableResource();
}
