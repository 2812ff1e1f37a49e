using System.Text.Json;

namespace Pos.Cli;

/// <summary>Reads the addresses of a running AppHost: <c>.pos/endpoints.json</c> in this folder or one above.</summary>
internal static class Endpoints
{
    /// <summary>Returns the URL of a part, or null when no AppHost has written one.</summary>
    public static string? Find(string name, string? startFolder = null) => All(startFolder).GetValueOrDefault(name);

    /// <summary>Returns all entries that the AppHost has written; none when no AppHost has run here.</summary>
    public static IReadOnlyDictionary<string, string> All(string? startFolder = null)
    {
        for (
            var folder = new DirectoryInfo(startFolder ?? Environment.CurrentDirectory);
            folder is not null;
            folder = folder.Parent
        )
        {
            var file = Path.Combine(folder.FullName, ".pos", "endpoints.json");
            if (File.Exists(file))
                return JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllBytes(file)) ?? [];
        }
        return new Dictionary<string, string>();
    }
}
