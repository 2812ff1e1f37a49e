using System.Text.Json;

namespace Pos.Cli.Warehouse;

/// <summary>An object that delivery skipped.</summary>
internal sealed record SkippedObject(string Url, string Bucket, string Key)
{
    private const string Scheme = "s3://";

    /// <summary>
    /// Parses <c>s3://bucket/key</c>, without decoding the key. Returns null for any other text.
    /// </summary>
    public static SkippedObject? Parse(string? url)
    {
        if (url is null || !url.StartsWith(Scheme, StringComparison.Ordinal))
            return null;
        var slash = url.IndexOf('/', Scheme.Length);
        return slash > Scheme.Length && slash < url.Length - 1
            ? new SkippedObject(url, url[Scheme.Length..slash], url[(slash + 1)..])
            : null;
    }
}

/// <summary>
/// Reads a manifest of skipped objects: <c>{"entries":[{"url":"s3://bucket/key","mandatory":true}]}</c>.
/// </summary>
internal static class SkippedManifest
{
    /// <returns>The objects in the manifest; null when the JSON has another format.</returns>
    public static IReadOnlyList<SkippedObject>? Read(byte[] json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var entries = document.RootElement.GetProperty("entries");
            SkippedObject[] objects =
            [
                .. entries
                    .EnumerateArray()
                    .Select(entry => SkippedObject.Parse(entry.GetProperty("url").GetString()))
                    .OfType<SkippedObject>(),
            ];
            return objects.Length == entries.GetArrayLength() ? objects : null;
        }
        catch (Exception other) when (other is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }
}
